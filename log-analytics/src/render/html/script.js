
// Without this script the page has all it says; with it tables are sorted and searched.
for (const choice of document.getElementsByName("colors")) {
  try {
    if (localStorage.getItem("colors") === choice.value) choice.checked = true;
    choice.addEventListener("change", () => localStorage.setItem("colors", choice.value));
  } catch { /* A page without storage forgets the choice. */ }
}
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const value = (row, place) => row.cells[place].dataset.value ?? row.cells[place].textContent;
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    const isNumber = head.classList.contains("number");
    button.addEventListener("click", () => {
      const down = head.ariaSort ? head.ariaSort !== "descending" : isNumber;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.ariaSort = down ? "descending" : "ascending";
      const compare = isNumber
        ? (a, b) => (parseFloat(value(a, place)) || 0) - (parseFloat(value(b, place)) || 0)
        : (a, b) => value(a, place).localeCompare(value(b, place), "en", { numeric: true });
      body.append(...[...body.rows].sort((a, b) => (down ? compare(b, a) : compare(a, b))));
    });
  });
  const field = table.closest(".scroll").previousElementSibling;
  if (field?.classList.contains("filter")) {
    field.hidden = false;
    field.querySelector("input").addEventListener("input", ({ target }) => {
      const wanted = target.value.toLowerCase();
      let shown = 0;
      for (const row of body.rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      field.querySelector("output").textContent = `${shown} of ${body.rows.length}`;
    });
  }
}
