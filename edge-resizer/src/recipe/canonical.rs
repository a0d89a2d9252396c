//! The one text of a recipe.

use std::fmt;

use super::{Effect, Recipe, options};

impl fmt::Display for Recipe {
    /// Writes every option that is not at its default, in the order of [`options`]; nothing at all
    /// for [`Recipe::default`]. No character needs escaping in a path or in the key of an object:
    /// there are only ASCII letters, digits and `,=.;-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for row in options() {
            let Effect::Field { write, .. } = row.effect else { continue };
            if let Some(value) = write(self) {
                write!(f, "{separator}{}={value}", row.name)?;
                separator = ",";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::strategies;
    use super::*;
    use crate::Policy;
    use crate::dialect;
    use crate::request::Request;

    /// Reads options as a URL of the Cloudflare dialect would have them.
    fn read(options: &str) -> (Recipe, Vec<dialect::Issue>) {
        // An empty options segment is no URL: a default stands for it.
        let options = if options.is_empty() { "anim=true" } else { options };
        let request = Request::get(&format!("/cdn-cgi/image/{options}/a.jpg"));
        let parsed = dialect::parse(&request, &Policy::default()).unwrap().unwrap();
        (parsed.readings[0].recipe.clone(), parsed.issues)
    }

    #[test]
    fn texts_are_canonical() {
        for (url, want) in [
            ("anim=true", ""),
            ("width=400", "width=400"),
            ("q=80,h=20,w=10", "width=10,height=20,quality=80"),
            ("w=auto,wbreakpoints=900;320;320", "width=auto,wbreakpoints=320;900"),
            ("fit=scale-down,gravity=center,dpr=1,rotate=360,blur=0", ""),
            ("f=jpg", "format=jpeg"),
            ("f=png-force", "format=png"),
            ("f=auto", "format=auto"),
            ("f=auto-jpeg", "format=auto-jpeg"),
            ("f=auto-none-jpeg", "format=auto-none-jpeg"),
            ("f=auto-avif-webp", "format=auto-avif-webp"),
            ("background=%23FFF", "background=ffffff"),
            ("background=rgb(1,2,3)", "background=010203"),
            ("background=rgba%281%2C2%2C3%2C0%29", "background=01020300"),
            ("trim=1;0.25;3;4", "trim.top=1,trim.right=0.25,trim.bottom=3,trim.left=4"),
            ("trim.border.color=red", "trim=border,trim.border.color=ff0000"),
            ("trim=border,trim.border.keep=2", "trim=border,trim.border.keep=2"),
            ("border.width=3,border.color=000", "border.color=000000,border.width=3"),
            (
                "border.width=3,border.top=1",
                "border.color=000000,border.top=1,border.right=3,border.bottom=3,border.left=3",
            ),
            ("gravity=0.50x.2,fit=cover,w=1,h=1", "width=1,height=1,fit=cover,gravity=0.5x0.2"),
            ("scq=low,compression=fast", "slow-connection-quality=low,compression=fast"),
            ("flip=hv,metadata=none,onerror=redirect", "flip=hv,metadata=none,onerror=redirect"),
        ] {
            assert_eq!(read(url).0.to_string(), want, "{url}");
        }
    }

    proptest! {
        #[test]
        fn the_text_of_a_recipe_reads_as_the_recipe(recipe in strategies::recipe()) {
            let text = recipe.to_string();
            let (read, issues) = read(&text);
            prop_assert_eq!(&read, &recipe, "{}", text);
            prop_assert_eq!(read.to_string(), text);
            prop_assert!(
                issues.iter().all(|issue| issue.kind == dialect::IssueKind::NoEffect),
                "{:?}", issues
            );
        }

        #[test]
        fn texts_need_no_escaping(recipe in strategies::recipe()) {
            let text = recipe.to_string();
            prop_assert!(
                text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b",=.;-".contains(&b)),
                "{}", text
            );
        }
    }
}
