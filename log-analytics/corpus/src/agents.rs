//! Who asks: browsers with the picture formats that they take, crawlers with the networks that they
//! are at home in, and programs that say who they are not.

use crate::draw::Weighted;
use crate::escape::escaped;

/// The best picture format that an agent takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    Avif,
    Webp,
    Jpeg,
}

/// Where an agent's requests come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// A person's, at home in the visitor's country.
    Visitor,
    /// A crawler's own network, and the country that its addresses are in.
    Network { asn: u32, country: &'static str, pop: &'static str },
}

/// A user agent.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    /// As logs have had it since 2019: escaped once.
    pub(crate) escaped: String,
    /// As older logs have it: escaped twice.
    pub(crate) escaped_twice: String,
    pub(crate) takes: Takes,
    pub(crate) home: Home,
}

/// `{v}` stands for a version: the second column's, and as many before it as the third says.
const BROWSERS: [(&str, u32, u32, Takes, u32); 17] = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
        131,
        9,
        Takes::Avif,
        190,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
        131,
        6,
        Takes::Avif,
        70,
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Mobile Safari/537.36",
        131,
        12,
        Takes::Avif,
        190,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{v} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{v} Mobile/15E148 Safari/604.1",
        3,
        3,
        Takes::Avif,
        160,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 15_{v} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.{v} Mobile/15E148 Safari/604.1",
        8,
        4,
        Takes::Webp,
        30,
    ),
    (
        "Mozilla/5.0 (iPad; CPU OS 17_{v} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{v} Mobile/15E148 Safari/604.1",
        6,
        4,
        Takes::Avif,
        25,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{v} Safari/605.1.15",
        6,
        5,
        Takes::Avif,
        60,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.{v} Safari/605.1.15",
        1,
        2,
        Takes::Jpeg,
        6,
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0",
        133,
        6,
        Takes::Avif,
        45,
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0",
        133,
        3,
        Takes::Avif,
        10,
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36 Edg/{v}.0.0.0",
        131,
        5,
        Takes::Avif,
        55,
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/{v}.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        26,
        3,
        Takes::Avif,
        35,
    ),
    (
        "Mozilla/5.0 (Linux; Android 13; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
        130,
        4,
        Takes::Avif,
        12,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/{v}.0.6778.73 Mobile/15E148 Safari/604.1",
        131,
        4,
        Takes::Avif,
        20,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram {v}.0.0.34.111",
        355,
        8,
        Takes::Webp,
        25,
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36 OPR/114.0.0.0",
        128,
        2,
        Takes::Avif,
        8,
    ),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", 1, 1, Takes::Jpeg, 3),
];

/// Crawlers and programs. Where a crawler publishes its network, the first row of its name has it;
/// a second row is somebody else under that name.
const BOTS: [(&str, u32, &str, &str, Takes, u32); 24] = [
    (
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        15169,
        "US",
        "IAD79-C1",
        Takes::Webp,
        220,
    ),
    ("Googlebot-Image/1.0", 15169, "US", "IAD79-C1", Takes::Webp, 120),
    (
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        24940,
        "DE",
        "FRA56-P3",
        Takes::Jpeg,
        25,
    ),
    (
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        8075,
        "US",
        "SEA19-C1",
        Takes::Webp,
        110,
    ),
    (
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        14061,
        "US",
        "JFK50-P1",
        Takes::Jpeg,
        10,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
        714,
        "US",
        "SFO5-P2",
        Takes::Webp,
        60,
    ),
    (
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        32934,
        "US",
        "IAD55-P3",
        Takes::Jpeg,
        60,
    ),
    (
        "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        32934,
        "US",
        "IAD55-P3",
        Takes::Jpeg,
        40,
    ),
    (
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        13238,
        "RU",
        "HEL50-C1",
        Takes::Jpeg,
        35,
    ),
    (
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        16276,
        "FR",
        "CDG50-C1",
        Takes::Jpeg,
        60,
    ),
    (
        "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
        209_366,
        "US",
        "IAD79-C1",
        Takes::Jpeg,
        50,
    ),
    (
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        8075,
        "US",
        "IAD79-C1",
        Takes::Webp,
        70,
    ),
    (
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        16509,
        "US",
        "ORD52-C2",
        Takes::Webp,
        60,
    ),
    (
        "Mozilla/5.0 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
        136_907,
        "SG",
        "SIN2-C1",
        Takes::Webp,
        25,
    ),
    (
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
        396_986,
        "US",
        "IAD79-C1",
        Takes::Webp,
        45,
    ),
    (
        "Pinterestbot/1.0 (+http://www.pinterest.com/bot.html)",
        14618,
        "US",
        "IAD79-C1",
        Takes::Jpeg,
        30,
    ),
    ("Twitterbot/1.0", 13414, "US", "ATL56-C1", Takes::Jpeg, 10),
    (
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        14413,
        "US",
        "DFW55-C1",
        Takes::Jpeg,
        10,
    ),
    (
        "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        46844,
        "US",
        "DFW55-C1",
        Takes::Jpeg,
        20,
    ),
    ("python-requests/2.32.3", 24940, "DE", "FRA60-P1", Takes::Jpeg, 40),
    ("Go-http-client/2.0", 16509, "US", "IAD55-P3", Takes::Jpeg, 25),
    ("curl/8.5.0", 14061, "NL", "AMS1-P1", Takes::Jpeg, 15),
    ("Mozilla/5.0 zgrab/0.x", 398_324, "US", "ORD52-C2", Takes::Jpeg, 15),
    ("-", 45102, "SG", "SIN52-P3", Takes::Jpeg, 10),
];

/// Those that look for holes, by their place among [`BOTS`].
const SCANNERS: [usize; 4] = [19, 20, 22, 23];

/// All agents.
#[derive(Debug)]
pub(crate) struct Agents {
    browsers: Vec<Agent>,
    browser_weights: Weighted,
    bots: Vec<Agent>,
    bot_weights: Weighted,
}

impl Agents {
    pub(crate) fn new() -> Self {
        let mut browsers = Vec::new();
        let mut weights = Vec::new();
        for (text, newest, versions, takes, weight) in BROWSERS {
            for age in 0..versions {
                let text = text.replace("{v}", &(newest - age).to_string());
                browsers.push(agent(&text, takes, Home::Visitor));
                // Each version is half as common as the next.
                weights.push((weight * 64) >> age.min(6));
            }
        }
        let bot = |(text, asn, country, pop, takes, _): (&str, u32, _, _, Takes, u32)| {
            agent(text, takes, Home::Network { asn, country, pop })
        };
        Self {
            browsers,
            browser_weights: Weighted::new(weights),
            bots: BOTS.into_iter().map(bot).collect(),
            bot_weights: Weighted::new(BOTS.map(|it| it.5)),
        }
    }

    /// A person's, by bits.
    pub(crate) fn browser(&self, bits: u32) -> &Agent {
        &self.browsers[self.browser_weights.at(bits)]
    }

    /// A crawler, by bits.
    pub(crate) fn bot(&self, bits: u32) -> &Agent {
        &self.bots[self.bot_weights.at(bits)]
    }

    /// Something that looks for holes, by bits.
    pub(crate) fn scanner(&self, bits: u64) -> &Agent {
        &self.bots[crate::places::member(&SCANNERS, bits)]
    }
}

fn agent(text: &str, takes: Takes, home: Home) -> Agent {
    let escaped_once = if text == "-" { text.to_owned() } else { escaped(text) };
    Agent { escaped_twice: escaped(&escaped_once), escaped: escaped_once, takes, home }
}
