//! THE SPINE of a row: where and who -> what -> what became of it -> how long it took.

use crate::agents::{Agent, Agents, Home};
use crate::draw::{Draw, Weighted, count, high_half, mixed};
use crate::outcomes::{MISS, NOT_FOUND, OUTCOMES, Outcome, REDIRECT, Sent, Waits};
use crate::places::Places;
use crate::sites::{Distribution, Site};
use crate::targets::{Kind, Target};
use crate::traffic::Slot;
use crate::visitors::{Visitor, Visitors, address, forwarded, id};

/// Every so many requests the next row of [`OUTCOMES`] is taken, however rare it is.
const ROUND: u64 = 128;

/// What a log tells of a request. Text is as the viewer sent it; what logs escape is not yet escaped.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    /// When the last byte was sent, milliseconds since 1970 UTC.
    pub(crate) millis: i64,
    /// Whether its time is to be written so that it is none.
    pub(crate) is_timeless: bool,
    pub(crate) distribution: &'a Distribution,
    pub(crate) site: usize,
    pub(crate) agent: &'a Agent,
    pub(crate) outcome: &'static Outcome,
    pub(crate) pop: &'static str,
    pub(crate) country: &'static str,
    pub(crate) asn: u32,
    pub(crate) ip: String,
    pub(crate) port: u32,
    pub(crate) method: &'static str,
    pub(crate) protocol: &'static str,
    pub(crate) version: &'static str,
    pub(crate) target: Target,
    pub(crate) referer: String,
    pub(crate) cookie: String,
    pub(crate) forwarded: String,
    /// 0 where the viewer left before there was one.
    pub(crate) status: u16,
    /// Bytes to the viewer, with headers.
    pub(crate) bytes: u64,
    /// Bytes from the viewer, with headers.
    pub(crate) sent_bytes: u32,
    pub(crate) content_length: Option<u64>,
    /// First and last byte of a partial answer.
    pub(crate) range: Option<(u64, u64)>,
    /// Milliseconds to the first byte, and to the last.
    pub(crate) ttfb: u32,
    pub(crate) time_taken: u32,
    /// The origin's first and last byte, milliseconds.
    pub(crate) origin: Option<(u32, u32)>,
    /// 54 letters and `==`.
    pub(crate) id: [u8; 56],
}

impl Request<'_> {
    pub(crate) fn site(&self) -> &Site {
        &self.distribution.sites[self.site]
    }
}

/// What is drawn from.
#[derive(Debug)]
pub(crate) struct Pools {
    pub(crate) agents: Agents,
    pub(crate) places: Places,
    pub(crate) outcomes: Weighted,
}

impl Pools {
    pub(crate) fn new() -> Self {
        let outcomes = Weighted::new(OUTCOMES.iter().map(|it| it.weight));
        Self { agents: Agents::new(), places: Places::new(), outcomes }
    }
}

/// The requests of a file, one after the other and the same every time.
#[derive(Debug)]
pub(crate) struct Requests<'a> {
    pools: &'a Pools,
    slot: &'a Slot,
    distribution: &'a Distribution,
    draw: Draw,
    visitors: Visitors<'a>,
    /// The next one's number in the whole corpus.
    number: u64,
}

impl<'a> Requests<'a> {
    pub(crate) fn new(
        pools: &'a Pools,
        slot: &'a Slot,
        distribution: &'a Distribution,
        draw: Draw,
        first_number: u64,
    ) -> Self {
        let visitors = Visitors::new(&pools.agents, distribution);
        Self { pools, slot, distribution, draw, visitors, number: first_number }
    }

    /// The next request.
    pub(crate) fn next(&mut self) -> Request<'a> {
        let millis = self.slot.millis(&mut self.draw);
        let (site, visitor) = self.visitors.next(&mut self.draw);
        let at = &self.distribution.sites[site];
        let mut request = self.blank(site, millis, &visitor);
        self.locate(at, &visitor, &mut request);
        request.target = if visitor.is_scanner {
            Target::probe(&mut self.draw)
        } else {
            Target::of(&mut self.draw, at, visitor.agent.takes, visitor.is_person)
        };
        self.ask(at, &visitor, &mut request);
        self.decide(&mut request);
        self.measure(&mut request);
        self.take_time(&mut request);
        request
    }

    fn blank(&mut self, site: usize, millis: i64, visitor: &Visitor<'a>) -> Request<'a> {
        Request {
            millis,
            is_timeless: false,
            distribution: self.distribution,
            site,
            agent: visitor.agent,
            outcome: &OUTCOMES[0],
            pop: "",
            country: "",
            asn: 0,
            ip: String::new(),
            port: self.draw.between(1024, 65_535),
            method: "GET",
            protocol: "https",
            version: "HTTP/2.0",
            target: Target::default(),
            referer: String::new(),
            cookie: String::new(),
            forwarded: String::new(),
            status: 200,
            bytes: 0,
            sent_bytes: 0,
            content_length: None,
            range: None,
            ttfb: 0,
            time_taken: 0,
            origin: None,
            id: id(&mut self.draw),
        }
    }

    /// Country, network, edge location and address.
    fn locate(&mut self, site: &Site, visitor: &Visitor<'_>, request: &mut Request<'_>) {
        match visitor.agent.home {
            Home::Network { asn, country, pop } => {
                (request.asn, request.country, request.pop) = (asn, country, pop);
            }
            Home::Visitor => {
                let bits = mixed(visitor.seed ^ 2);
                let is_home = bits & 1 == 0;
                let country =
                    if is_home { site.home } else { self.pools.places.country(high_half(bits)) };
                request.country = country.code;
                request.pop = country.pop(visitor.seed);
                request.asn = country.network(visitor.seed);
            }
        }
        request.ip = address(visitor.seed, visitor.is_person);
        if self.draw.per_mille(35) {
            request.forwarded = forwarded(&mut self.draw);
        }
    }

    /// Method, protocol, version and the headers that are logged.
    fn ask(&mut self, site: &Site, visitor: &Visitor<'_>, request: &mut Request<'_>) {
        let chance = self.draw.below(1000);
        request.protocol = if chance < 22 { "http" } else { "https" };
        request.version = match mixed(visitor.seed ^ 3) % 100 {
            _ if !visitor.is_person => "HTTP/1.1",
            0..72 => "HTTP/2.0",
            72..94 => "HTTP/3.0",
            94..99 => "HTTP/1.1",
            _ => "HTTP/1.0",
        };
        request.method = request.target.method(&mut self.draw);
        if request.target.kind == Kind::Socket {
            (request.protocol, request.version) = ("wss", "HTTP/1.1");
        }
        if visitor.is_person {
            request.referer = request.target.referer(&mut self.draw, site);
            if site.logs_cookies {
                let session = mixed(visitor.seed ^ 4);
                request.cookie = format!("session={session:016x};%20cart={}", session % 97);
            }
        }
        request.sent_bytes = self.draw.between(180, 520)
            + count(request.target.path.len() + request.target.query.len())
            + if request.method == "POST" { self.draw.long_tailed(200, 5) } else { 0 };
    }

    /// What becomes of it.
    fn decide(&mut self, request: &mut Request<'_>) {
        let number = self.number;
        self.number += 1;
        let drawn = self.pools.outcomes.place(&mut self.draw);
        let place = if number.is_multiple_of(ROUND) {
            member_of_round(number / ROUND)
        } else if request.protocol == "http" {
            REDIRECT
        } else if request.target.is_missing {
            NOT_FOUND
        } else if !matches!(request.method, "GET" | "HEAD") || request.target.kind == Kind::Api {
            MISS
        } else {
            drawn
        };
        request.outcome = &OUTCOMES[place];
        request.status = *self.draw.one_of(request.outcome.statuses);
        match request.outcome.detailed {
            "Redirect" => request.protocol = "http",
            "InvalidRequestMethod" => request.method = "TRACE",
            _ if request.protocol == "http" => request.protocol = "https",
            "Miss" if request.target.kind == Kind::Socket => request.status = 101,
            _ => {}
        }
    }

    /// How much was sent.
    fn measure(&mut self, request: &mut Request<'_>) {
        let headers = u64::from(self.draw.between(340, 900));
        let whole = request.target.length;
        let chance = self.draw.below(1000);
        let outcome = request.outcome;
        let body = match outcome.sent {
            Sent::Object if request.status == 200 && outcome.response != "Miss" && chance < 45 => {
                request.status = 304;
                0
            }
            Sent::Object if request.status == 200 && chance >= 990 && whole > 4096 => {
                let begin = u64::from(self.draw.below(1024));
                request.status = 206;
                request.range = Some((begin, whole - 1));
                whole - begin
            }
            Sent::Object if request.status == 200 => whole,
            Sent::Begin => u64::from(self.draw.below(u32::try_from(whole).unwrap_or(u32::MAX))),
            Sent::Note => u64::from(self.draw.between(150, 2_000)),
            Sent::Object | Sent::Headers | Sent::Nothing => 0,
        };
        match outcome.sent {
            Sent::Note => request.target.become_note(),
            Sent::Nothing | Sent::Headers => request.target.become_nothing(),
            Sent::Object | Sent::Begin if request.status != 200 && request.range.is_none() => {
                request.target.become_nothing();
            }
            Sent::Object | Sent::Begin => {}
        }
        // A length is told where all of it is known before: not of pages that are made while they go.
        let is_told = body > 0 && (request.target.kind != Kind::Page || chance & 1 == 0);
        let told = if outcome.sent == Sent::Begin { whole } else { body };
        request.content_length = is_told.then_some(told);
        let sent = if request.method == "HEAD" { 0 } else { body };
        request.bytes = if outcome.sent == Sent::Nothing { 0 } else { headers + sent };
    }

    fn take_time(&mut self, request: &mut Request<'_>) {
        let edge = self.draw.long_tailed(1, 6);
        let origin = self.draw.long_tailed(40, 6);
        let work =
            if request.target.kind == Kind::Picture { self.draw.long_tailed(40, 4) } else { 0 };
        request.ttfb = match request.outcome.waits {
            Waits::Edge => edge,
            Waits::Origin => edge + origin + work,
            Waits::TimeOut => 30_000 + origin,
        };
        // Bytes that a connection takes in a millisecond: 0.8 to 100 Mbit/s.
        let speed = u64::from(self.draw.long_tailed(100, 7));
        let transfer = u32::try_from(request.bytes / speed).unwrap_or(u32::MAX / 2);
        request.time_taken = request.ttfb + transfer;
        if request.outcome.waits != Waits::Edge {
            let last = request.ttfb - edge;
            request.origin = Some((last - origin / 8, last));
        }
    }
}

/// Which outcome a round takes.
fn member_of_round(round: u64) -> usize {
    usize::try_from(round % OUTCOMES.len() as u64).unwrap_or_default()
}
