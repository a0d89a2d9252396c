//! Edge locations: which there are, which are worth it, and by which name each is reached.

use std::fmt;
use std::io::Read;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::cities::{self, City};

/// The name of an edge location, as `X-Amz-Cf-Pop` and `x-edge-location` spell it: `FRA60-P1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocationId(String);

/// A text that is no edge location's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no edge location: those look like FRA60-P1")]
pub struct NoLocationId(String);

impl FromStr for LocationId {
    type Err = NoLocationId;

    fn from_str(text: &str) -> Result<Self, NoLocationId> {
        let wrong = || NoLocationId(text.to_owned());
        let (site, tier) = text.split_once('-').ok_or_else(wrong)?;
        let (airport, number) = site.split_at_checked(3).ok_or_else(wrong)?;
        let is_letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_digits = |part: &str| {
            !part.is_empty() && part.len() < 6 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_tier = tier
            .split_at_checked(1)
            .is_some_and(|(letter, number)| is_letters(letter) && is_digits(number));
        if is_letters(airport) && is_digits(number) && is_tier {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(wrong())
        }
    }
}

impl TryFrom<String> for LocationId {
    type Error = NoLocationId;

    fn try_from(text: String) -> Result<Self, NoLocationId> {
        text.parse()
    }
}

impl From<LocationId> for String {
    fn from(id: LocationId) -> Self {
        id.0
    }
}

impl fmt::Display for LocationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl LocationId {
    /// The airport it is named for.
    pub fn airport(&self) -> &str {
        self.0.get(..3).unwrap_or_default()
    }

    /// The name under which this location answers for a distribution:
    /// `d111111abcdef8.cloudfront.net` at `FRA60-P1` is `d111111abcdef8.fra60-p1.cloudfront.net`.
    pub fn name_of(&self, distribution: &str) -> String {
        let id = self.0.to_ascii_lowercase();
        match distribution.split_once('.') {
            Some((label, domain)) => format!("{label}.{id}.{domain}"),
            None => format!("{distribution}.{id}.cloudfront.net"),
        }
    }
}

/// An edge location to warm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Its name.
    pub id: LocationId,
    /// How much of the traffic it answers; only the ratio to others counts. Default: 1.
    pub weight: f64,
    /// The day on which it was last seen to answer, `2026-11-23`, where known.
    pub seen: Option<String>,
    /// Its regional cache and its price.
    #[serde(flatten)]
    pub city: City,
}

/// Why a list of locations cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocationError {
    /// The table or a value in it is broken.
    #[error(
        "not a list of locations: a column `location` or `pop`, and optionally weight, seen, regional, price"
    )]
    Csv(#[from] csv::Error),
    /// The airport is in no table.
    #[error(
        "`{0}` is at an airport that is not known; a list of locations with the columns `regional` and `price` says where it is"
    )]
    UnknownCity(LocationId),
}

/// A row of a list.
#[derive(Deserialize)]
struct Row {
    #[serde(alias = "pop", alias = "x-edge-location")]
    location: LocationId,
    #[serde(default, alias = "requests")]
    weight: Option<f64>,
    #[serde(default)]
    seen: Option<String>,
    #[serde(default)]
    regional: Option<String>,
    #[serde(default)]
    price: Option<String>,
}

impl Location {
    /// The location of that name, as far as its airport is known.
    ///
    /// # Errors
    /// [`LocationError::UnknownCity`].
    pub fn of(id: LocationId) -> Result<Self, LocationError> {
        let city = cities::city(id.airport());
        let city = city.ok_or_else(|| LocationError::UnknownCity(id.clone()))?;
        Ok(Self { id, weight: 1.0, seen: None, city })
    }

    /// The locations that come along, outside China.
    pub fn seed() -> Vec<Self> {
        let seen = Some(cities::SEED_SEEN.to_owned());
        let known = cities::SEED.iter().filter_map(|id| Self::of(id.parse().ok()?).ok());
        known.map(|location| Self { seen: seen.clone(), ..location }).collect()
    }

    /// Reads a list: CSV with a column `location`, such as `logs report pops --format csv` writes
    /// (its `pop` and `requests` are the name and the weight). `regional` and `price` say what the
    /// airport does not.
    ///
    /// # Errors
    /// [`LocationError`].
    ///
    /// # Example
    /// ```
    /// use cache_warmer::Location;
    ///
    /// let found = Location::list("pop,requests,bytes\nFRA60-P1,900,1\nIAD89-P1,100,1\n".as_bytes())?;
    /// assert_eq!(found[0].city.regional, "eu-central-1");
    /// assert_eq!(found[1].weight, 100.0);
    /// # Ok::<(), cache_warmer::LocationError>(())
    /// ```
    pub fn list(input: impl Read) -> Result<Vec<Self>, LocationError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
        reader.deserialize().map(|row| Self::of_row(row?)).collect()
    }

    fn of_row(row: Row) -> Result<Self, LocationError> {
        let city = match (row.regional, row.price) {
            (Some(regional), Some(price)) => City { regional, price },
            (regional, price) => {
                let City { regional: its, price: costs } = Self::of(row.location.clone())?.city;
                City { regional: regional.unwrap_or(its), price: price.unwrap_or(costs) }
            }
        };
        let weight = row.weight.filter(|weight| weight.is_finite() && *weight >= 0.0);
        Ok(Self { id: row.location, weight: weight.unwrap_or(1.0), seen: row.seen, city })
    }
}

/// The heaviest locations that together have this share of the weight (0 to 1), the heaviest first.
pub fn covering(mut locations: Vec<Location>, share: f64) -> Vec<Location> {
    locations.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
    let wanted = locations.iter().map(|it| it.weight).sum::<f64>() * share;
    let mut sum = 0.0;
    let is_needed = |location: &Location| {
        let before = sum;
        sum += location.weight;
        before < wanted
    };
    locations.into_iter().take_while(is_needed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(id: &str, weight: f64) -> Location {
        Location { weight, ..Location::of(id.parse().unwrap()).unwrap() }
    }

    #[test]
    fn names_are_read_and_lead_to_the_location() {
        let id: LocationId = "fra60-p1".parse().unwrap();
        assert_eq!(id.to_string(), "FRA60-P1");
        assert_eq!(id.name_of("d1.cloudfront.net"), "d1.fra60-p1.cloudfront.net");
        assert_eq!(id.name_of("d1"), "d1.fra60-p1.cloudfront.net");
        for wrong in ["", "FRA", "FRA60", "FRA-P1", "FR60-P1", "FRA60-1", "FRA60-P", "ÄÖÜ1-P1"] {
            assert!(wrong.parse::<LocationId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_may_say_what_the_airport_does_not() {
        let csv = "location, weight, seen, regional, price\nXXX1-C1, 2, 2026-11-01, r1, us\n";
        let found = Location::list(csv.as_bytes()).unwrap();
        assert_eq!(found[0].city, City { regional: "r1".to_owned(), price: "us".to_owned() });
        let unknown = Location::list("location\nXXX1-C1\n".as_bytes()).unwrap_err();
        assert!(matches!(unknown, LocationError::UnknownCity(_)));
        assert!(Location::list("place\nFRA60-P1\n".as_bytes()).is_err());
    }

    #[test]
    fn the_heaviest_cover_a_share() {
        let all = vec![at("FRA60-P1", 5.0), at("IAD89-P1", 90.0), at("NRT51-P2", 5.0)];
        for (share, want) in [(0.0, 0), (0.5, 1), (0.9, 1), (0.95, 2), (1.0, 3)] {
            assert_eq!(covering(all.clone(), share).len(), want, "{share}");
        }
    }

    #[test]
    fn the_seed_is_known() {
        assert_eq!(Location::seed().len(), cities::SEED.len());
    }
}
