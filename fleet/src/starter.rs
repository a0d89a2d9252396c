//! The file that a newcomer begins with.

/// A fleet file of one shop, with comments, that validates as it is.
pub const STARTER: &str = include_str!("starter.toml");

#[cfg(test)]
mod tests {
    use super::STARTER;
    use crate::Fleet;

    #[test]
    fn the_starter_is_a_fleet() {
        let fleet = Fleet::parse(STARTER, "".as_ref(), "fleet.toml").unwrap();
        let [site] = fleet.sites.as_slice() else { panic!("{:?}", fleet.sites) };
        assert_eq!(site.name, "aurora");
    }

    #[test]
    fn what_the_starter_proposes_can_be_taken() {
        let uncommented: Vec<_> =
            STARTER.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line)).collect();
        let fleet = Fleet::parse(&uncommented.join("\n"), "".as_ref(), "fleet.toml");
        fleet.unwrap_or_else(|error| panic!("{error}"));
    }
}
