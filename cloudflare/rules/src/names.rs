//! What somebody may have meant who wrote a name that is not known.

/// Likeness, of 0 to 1, below which a name is no help.
const ALIKE: f64 = 0.65;

/// The known name that is most like `name`.
pub(crate) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let mut best = None;
    for candidate in known {
        let likeness = strsim::normalized_damerau_levenshtein(&name, candidate);
        if likeness >= ALIKE && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
