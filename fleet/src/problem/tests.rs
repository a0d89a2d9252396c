use super::words::distance;
use super::*;
use crate::sources::Sources;

fn shown(problem: Problem, text: &str) -> String {
    render(vec![problem], &Sources::new("f", "f".into(), text))
}

#[test]
fn distances_count_letters() {
    for (a, b, want) in [
        ("", "", 0),
        ("a", "", 1),
        ("", "ab", 2),
        ("kitten", "sitting", 3),
        ("widht", "widths", 2),
        ("größe", "große", 1),
    ] {
        assert_eq!(distance(a, b), want, "{a} to {b}");
    }
}

#[test]
fn places_outside_the_text_and_inside_letters_are_shown() {
    for (text, span) in [("", 0..0), ("", 5..9), ("ä", 1..1), ("a\r\nb", 0..4), ("\ta", 1..2)] {
        let shown = shown(Problem::new(span.clone(), "bad"), text);
        assert!(shown.contains("f:1:"), "{text:?} {span:?}: {shown}");
    }
}

#[test]
fn secrets_are_masked() {
    let text = "keys = [\n  # newest first\n  \"s3cr3t\",\n  'old', 5,\n]\nname = \"n\"\n";
    for (needle, want) in [("s3cr3t", "\"******\","), ("old", "'***', 5,"), ("\"n\"", "= \"n\"")] {
        let at = text.find(needle).unwrap();
        let shown = shown(Problem::new(at..at + 1, "bad"), text);
        assert!(shown.contains(want), "{needle}: {shown}");
    }
}
