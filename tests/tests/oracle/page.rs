//! A page for people: every comparison as pictures and numbers.

use std::fs;
use std::path::PathBuf;

use tests::compare;
use tests::photo::Photo;
use tests::picture::Picture;

use crate::{Comparison, OUTPUTS};

/// Width of the pictures on the page, in pixels.
const WIDTH: u32 = 240;

pub(crate) struct Page {
    folder: PathBuf,
}

/// A photo at one width in every format.
pub(crate) struct Row {
    html: String,
    /// A line for each comparison.
    pub(crate) report: Vec<String>,
    /// The lines of those that are out of tolerance.
    pub(crate) problems: Vec<String>,
}

impl Page {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Writes the pictures of one photo at one width.
    pub(crate) fn add(
        &self,
        photo: &Photo,
        width: u32,
        results: &[Result<Comparison, String>],
    ) -> Row {
        let mut row = Row { html: String::new(), report: Vec::new(), problems: Vec::new() };
        let mut cells = vec![format!("<th>{}<br>{width} px</th>", photo.name)];
        if let Some(first) = results.iter().flatten().next() {
            let name = format!("{}-{width}-reference.png", photo.name);
            cells.push(format!("<td>{}<p>libvips</p></td>", self.image(&name, &first.reference)));
        }
        for (result, output) in results.iter().zip(&OUTPUTS) {
            let (cell, line, wrong) = match result {
                Ok(comparison) => {
                    let wrong = comparison.wrong(output.tolerance);
                    (self.cell(comparison, wrong), comparison.to_string(), wrong)
                }
                Err(line) => (format!("<td class=wrong>{}</td>", escape(line)), line.clone(), true),
            };
            cells.push(cell);
            row.problems.extend(wrong.then(|| line.clone()));
            row.report.push(line);
        }
        row.html = format!("<tr>{}</tr>\n", cells.concat());
        row
    }

    fn cell(&self, comparison: &Comparison, wrong: bool) -> String {
        let stem = format!("{}-{}-{}", comparison.photo, comparison.width, comparison.format);
        let difference = compare::difference(&comparison.ours, &comparison.reference);
        let numbers = escape(&comparison.to_string());
        let ours = self.image(&format!("{stem}.png"), &comparison.ours);
        let difference = self.image(&format!("{stem}-difference.png"), &difference);
        let class = if wrong { " class=wrong" } else { "" };
        format!("<td{class}>{ours}<br>{difference}<p>{numbers}</p></td>")
    }

    fn image(&self, name: &str, picture: &Picture) -> String {
        let path = self.folder.join(name);
        fs::write(&path, picture.thumbnail(WIDTH).to_png()).expect("the target folder takes files");
        format!("<img loading=lazy alt='' src='{}'>", escape(name))
    }

    /// Writes the page.
    pub(crate) fn finish(&self, rows: &[Row]) -> PathBuf {
        let head = "<!doctype html><meta charset=utf-8><title>Photos beside libvips</title><style>\
        body{font:13px/1.4 system-ui;margin:2em}td,th{vertical-align:top;padding:6px;\
        border-bottom:1px solid #ccc;text-align:left}p{max-width:240px;margin:.3em 0}\
        .wrong{background:#fdd}</style><h1>Photos beside libvips</h1>\
        <p>Ours above, the difference below, eight times as strong. Red: out of tolerance.</p>\
        <table>\n";
        let rows: String = rows.iter().map(|row| row.html.as_str()).collect();
        let page = format!("{head}{rows}</table>\n");
        let index = self.folder.join("index.html");
        fs::write(&index, page).expect("the target folder takes files");
        index
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&#39;")
}
