//! Regular expressions that mean the same here, in Rust, and in the viewer function, in JavaScript.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    AssertionKind, Ast, ClassSet, ClassSetItem, GroupKind, LiteralKind, RepetitionKind,
    RepetitionRange,
};

/// What is taken, for people.
pub(super) const HINT: &str =
    "letters, classes, `.`, groups, `|`, `*`, `+`, `?`, `{…}`, `^` and `$`, at most 255 bytes";
/// Bytes of an expression: pairs of the store are short.
const LONGEST: usize = 255;

/// The groups of an expression that both languages read alike.
///
/// # Errors
/// What of it is not taken.
pub(super) fn groups(text: &str) -> Result<usize, String> {
    if text.is_empty() || text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic())
    {
        return Err(format!("`{text}` is empty, too long or not of printable ASCII"));
    }
    let ast = Parser::new()
        .parse(text)
        .map_err(|error| format!("`{text}` is no regular expression: {}", error.kind()))?;
    let mut groups = 0;
    walk(&ast, false, &mut groups)?;
    Ok(groups)
}

/// `is_repeated` without bounds: what is repeated so inside of that takes a time without bounds.
fn walk(ast: &Ast, is_repeated: bool, groups: &mut usize) -> Result<(), String> {
    match ast {
        Ast::Empty(_) | Ast::Dot(_) | Ast::ClassPerl(_) => Ok(()),
        Ast::Literal(literal) => match literal.kind {
            LiteralKind::Verbatim | LiteralKind::Meta => Ok(()),
            _ => Err(format!("`{ast}` is written otherwise in JavaScript")),
        },
        Ast::Assertion(assertion) => match assertion.kind {
            AssertionKind::StartLine | AssertionKind::EndLine => Ok(()),
            _ => Err(format!("`{ast}` means something else in JavaScript")),
        },
        Ast::ClassUnicode(_) => Err(format!("`{ast}` means nothing in JavaScript")),
        Ast::ClassBracketed(class) => match &class.kind {
            ClassSet::Item(item) => class_item(item).map_err(|()| {
                format!("`{ast}` has something in its brackets that JavaScript reads otherwise")
            }),
            ClassSet::BinaryOp(_) => Err(format!("`{ast}` means something else in JavaScript")),
        },
        Ast::Repetition(repetition) => {
            let is_open = match &repetition.op.kind {
                RepetitionKind::ZeroOrOne => false,
                RepetitionKind::ZeroOrMore | RepetitionKind::OneOrMore => true,
                RepetitionKind::Range(range) => matches!(range, RepetitionRange::AtLeast(_)),
            };
            if is_open && is_repeated {
                return Err(format!("`{ast}` is repeated inside of what is repeated"));
            }
            walk(&repetition.ast, is_repeated || is_open, groups)
        }
        Ast::Group(group) => {
            match &group.kind {
                GroupKind::CaptureIndex(_) => *groups += 1,
                GroupKind::NonCapturing(flags) if flags.items.is_empty() => {}
                _ => return Err(format!("`{ast}` means nothing in JavaScript")),
            }
            walk(&group.ast, is_repeated, groups)
        }
        Ast::Alternation(parts) => {
            parts.asts.iter().try_for_each(|part| walk(part, is_repeated, groups))
        }
        Ast::Concat(parts) => {
            parts.asts.iter().try_for_each(|part| walk(part, is_repeated, groups))
        }
        Ast::Flags(_) => Err(format!("`{ast}`: use `ignore_case`; there are no other flags")),
    }
}

fn class_item(item: &ClassSetItem) -> Result<(), ()> {
    let is_plain = |kind: &LiteralKind| matches!(kind, LiteralKind::Verbatim | LiteralKind::Meta);
    match item {
        ClassSetItem::Empty(_) | ClassSetItem::Perl(_) => Ok(()),
        ClassSetItem::Literal(literal) => is_plain(&literal.kind).then_some(()).ok_or(()),
        ClassSetItem::Range(range) => {
            (is_plain(&range.start.kind) && is_plain(&range.end.kind)).then_some(()).ok_or(())
        }
        ClassSetItem::Union(union) => union.items.iter().try_for_each(class_item),
        ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Bracketed(_) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn what_both_languages_read_is_taken() {
        for (text, want) in [
            (r"^/p/(\d+)$", Some(1)),
            (r"^/(?:de|fr)/([a-z0-9_-]+)/(.*)$", Some(2)),
            (r"/a\.b[^/]*\.html?", Some(0)),
            (r"x{2,3}?", Some(0)),
            (r"(?i)a", None),
            (r"(?P<n>a)", None),
            (r"\bword\b", None),
            (r"\A/a\z", None),
            (r"\p{L}", None),
            (r"[[:alpha:]]", None),
            (r"[a&&b]", None),
            (r"\x41", None),
            (r"(a+)+$", None),
            (r"(a*b{2,})*", None),
            ("(", None),
            ("", None),
            ("ü", None),
        ] {
            assert_eq!(groups(text).ok(), want, "{text}: {:?}", groups(text));
        }
    }
}
