//! Cells of lines as columns of a batch.
//!
//! A column is made at once over all lines, so that what differs between columns is decided once
//! for two thousand rows.

pub(crate) mod interned;
pub(crate) mod number;
pub(crate) mod time;
pub(crate) mod views;

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, TimestampMillisecondArray, new_null_array,
};
use arrow_buffer::Buffer;
use edge_resizer::Policy;

use crate::enrich::privacy::{Privacy, Visitors, cookie_names};
use crate::enrich::sites::{Site, Sites, host_of, host_of_url};
use crate::enrich::{agent, fault, image, region};
use crate::raw::{Dialect, Raw};
use crate::requests::Column;
use crate::scan::{Lines, Wanted};
use crate::unescape;
use interned::Interned;
use views::Views;

/// Where a file's columns are among the wanted.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    /// For each [`Raw`] the ordinal among the wanted columns.
    pub(crate) places: Vec<Option<usize>>,
    pub(crate) wanted: Wanted,
    pub(crate) dialect: Dialect,
}

impl Slots {
    pub(crate) fn of(&self, raw: Raw) -> Option<usize> {
        self.places.get(raw as usize).copied().flatten()
    }
}

/// The lines of a batch and the text that they are in.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    pub(crate) buffer: &'a Buffer,
    pub(crate) text: &'a str,
    pub(crate) lines: &'a Lines,
    pub(crate) slots: &'a Slots,
}

/// Begin and end in the text.
type Span = (u32, u32);

impl<'a> Cells<'a> {
    pub(crate) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// A column's cells; `None` where the file does not have the column.
    pub(crate) fn spans(&self, raw: Raw) -> Option<impl ExactSizeIterator<Item = Span> + 'a> {
        Some(self.lines.column(&self.slots.wanted, self.slots.of(raw)?))
    }

    /// The text of a cell; `None` where CloudFront wrote `-` or nothing.
    #[inline]
    pub(crate) fn text(&self, (begin, end): Span) -> Option<&'a str> {
        let cell = self.text.get(begin as usize..end as usize)?;
        (!matches!(cell, "" | "-")).then_some(cell)
    }

    fn texts(&self, raw: Raw) -> Option<impl Iterator<Item = Option<&'a str>> + 'a> {
        let cells = *self;
        Some(self.spans(raw)?.map(move |span| cells.text(span)))
    }

    /// As [`Self::texts`], of nothing but NULL where the file does not have the column.
    fn texts_or_null(&self, raw: Raw) -> Box<dyn Iterator<Item = Option<&'a str>> + 'a> {
        match self.texts(raw) {
            Some(texts) => Box::new(texts),
            None => Box::new(std::iter::repeat_n(None, self.rows())),
        }
    }
}

/// What rows are enriched with.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// Whose hosts there are.
    pub sites: Sites,
    /// What is cut, hashed and left out.
    pub privacy: Privacy,
    /// The rules by which URLs of pictures are understood.
    pub policy: Policy,
}

/// Makes columns. One for each thread: it remembers what it made of values.
#[derive(Debug)]
pub(crate) struct Converter {
    knowledge: Arc<Knowledge>,
    /// What was made of values, a memory for each column.
    memories: Vec<(Column, Interned)>,
    visitors: Visitors,
}

impl Converter {
    pub(crate) fn new(knowledge: Arc<Knowledge>) -> Self {
        Self { knowledge, memories: Vec::new(), visitors: Visitors::default() }
    }

    /// A column over all lines. `times` are the lines' milliseconds.
    pub(crate) fn column(
        &mut self,
        column: Column,
        cells: Cells<'_>,
        times: &[i64],
        file: &str,
    ) -> ArrayRef {
        let about = column.about();
        let is_there = |raw: &Raw| cells.slots.of(*raw).is_some();
        if !about.made_of.is_empty() && !about.made_of.iter().any(is_there) {
            return new_null_array(&about.kind.arrow(), cells.rows());
        }
        let null = || new_null_array(&about.kind.arrow(), cells.rows());
        match column {
            Column::Ts => {
                Arc::new(TimestampMillisecondArray::from_iter_values(times.iter().copied()))
            }
            Column::Day => days(cells, times),
            Column::File => repeated(cells, file),
            Column::Status => statuses(cells),
            Column::Fault => faults(cells),
            Column::ClientPort | Column::FleFields => integers(cells, about.made_of[0]),
            Column::Bytes
            | Column::RequestBytes
            | Column::ContentLength
            | Column::RangeStart
            | Column::RangeEnd
            | Column::Asn => big_integers(cells, about.made_of[0]),
            Column::Ttfb | Column::TimeTaken | Column::OriginFbl | Column::OriginLbl => {
                doubles(cells, about.made_of[0])
            }
            Column::Host => self.hosts(column, cells, |host, _| Some(host)),
            Column::Site => self.hosts(column, cells, |host, site| {
                Some(site.map_or(host, |site| site.name.clone()))
            }),
            Column::Brand => self.hosts(column, cells, |_, site| site?.brand.clone()),
            Column::SiteGroup => self.hosts(column, cells, |_, site| site?.group.clone()),
            Column::Owner => self.hosts(column, cells, |_, site| site?.owner.clone()),
            Column::Distribution => first_of(cells, &[Raw::DistributionId, Raw::DistributionHost]),
            Column::Path => paths(cells),
            Column::Extension => self.made(column, Raw::UriStem, cells, |_, stem| extension(stem)),
            Column::Query => self.queries(cells),
            Column::ContentType => {
                self.made(column, Raw::ContentType, cells, |_, text| Some(media_type(text)))
            }
            Column::ImageFormat => {
                self.made(column, Raw::ContentType, cells, |_, text| image_format(text))
            }
            Column::Region => self.made(column, Raw::EdgeLocation, cells, |_, text| {
                region::of(text).map(str::to_owned)
            }),
            Column::ClientIp => {
                self.made(column, Raw::ClientIp, cells, |it, text| it.privacy.address(text))
            }
            Column::ForwardedFor => self.made(column, Raw::ForwardedFor, cells, |it, text| {
                Some(it.privacy.addresses(&unescape::twice(text)))
            }),
            Column::UserAgent => self.made(column, Raw::UserAgent, cells, |_, text| {
                Some(unescape::twice(text).into_owned())
            }),
            Column::Browser => self.made(column, Raw::UserAgent, cells, |_, text| {
                agent::browser(&unescape::twice(text)).map(str::to_owned)
            }),
            Column::Device => self.made(column, Raw::UserAgent, cells, |_, text| {
                Some(agent::device(&unescape::twice(text)).to_owned())
            }),
            Column::Bot => self.made(column, Raw::UserAgent, cells, |_, text| {
                agent::bot(&unescape::twice(text)).map(str::to_owned)
            }),
            Column::Referrer => self.made(column, Raw::Referer, cells, |_, text| {
                let page = unescape::twice(text);
                Some(page.split(['?', '#']).next().unwrap_or_default().to_owned())
            }),
            Column::ReferrerHost => self
                .made(column, Raw::Referer, cells, |_, text| host_of_url(&unescape::twice(text))),
            Column::Cookie => self.made(column, Raw::Cookie, cells, |_, text| {
                Some(cookie_names(&unescape::twice(text)))
            }),
            Column::ViewerRequestLog | Column::ViewerResponseLog => {
                self.made(column, about.made_of[0], cells, |_, text| {
                    Some(unescape::once(text).into_owned())
                })
            }
            Column::Visitor => self.names_of_visitors(cells, times).unwrap_or_else(null),
            Column::ImageRecipe => self.recipes(cells),
            Column::ImageWidth => self.image_widths(cells),
            _ => verbatim(cells, about.made_of[0]).unwrap_or_else(null),
        }
    }

    /// A column of what is made of a value; made once for each value.
    fn made(
        &mut self,
        column: Column,
        raw: Raw,
        cells: Cells<'_>,
        make: impl Fn(&Knowledge, &str) -> Option<String>,
    ) -> ArrayRef {
        let knowledge = Arc::clone(&self.knowledge);
        let memory = self.memory(column);
        let mut views = Views::new(cells.text, cells.rows());
        for text in cells.texts_or_null(raw) {
            match text {
                Some(text) => memory.push(&mut views, text.as_bytes(), || make(&knowledge, text)),
                None => views.push_null(),
            }
        }
        views.finish(cells.buffer)
    }

    /// A column of what is made of the viewer's host.
    fn hosts(
        &mut self,
        column: Column,
        cells: Cells<'_>,
        make: impl Fn(String, Option<&Site>) -> Option<String>,
    ) -> ArrayRef {
        // The oldest logs know the distribution's host alone.
        let is_there = cells.slots.of(Raw::HostHeader).is_some();
        let raw = if is_there { Raw::HostHeader } else { Raw::DistributionHost };
        self.made(column, raw, cells, |it, text| {
            let host = host_of(&unescape::once(text));
            let site = it.sites.of_host(&host);
            make(host, site)
        })
    }

    fn memory(&mut self, column: Column) -> &mut Interned {
        let place = self.memories.iter().position(|(its, _)| *its == column);
        let place = place.unwrap_or_else(|| {
            self.memories.push((column, Interned::default()));
            self.memories.len() - 1
        });
        let memory = &mut self.memories[place].1;
        memory.next_batch();
        memory
    }

    fn queries(&mut self, cells: Cells<'_>) -> ArrayRef {
        let mut views = Views::new(cells.text, cells.rows());
        for query in asked_queries(cells) {
            match query {
                Some(query) => views.push(&self.knowledge.privacy.query(&unescape::once(query))),
                None => views.push_null(),
            }
        }
        views.finish(cells.buffer)
    }

    fn recipes(&mut self, cells: Cells<'_>) -> ArrayRef {
        let mut views = Views::new(cells.text, cells.rows());
        for asked in self.pictures(cells) {
            match asked {
                Some(asked) => views.push(&asked.recipe()),
                None => views.push_null(),
            }
        }
        views.finish(cells.buffer)
    }

    fn image_widths(&mut self, cells: Cells<'_>) -> ArrayRef {
        let widths = self.pictures(cells).map(|asked| asked?.width());
        Arc::new(widths.collect::<Int32Array>())
    }

    fn pictures<'a>(&'a self, cells: Cells<'a>) -> impl Iterator<Item = Option<image::Asked>> + 'a {
        let stems = cells.texts_or_null(Raw::UriStem);
        stems.zip(asked_queries(cells)).map(move |(stem, query)| {
            let path = unescape::once(path_of(stem?, cells.slots.dialect));
            let query = query.map(unescape::once);
            image::asked(&path, query.as_deref(), &self.knowledge.policy)
        })
    }

    fn names_of_visitors(&mut self, cells: Cells<'_>, times: &[i64]) -> Option<ArrayRef> {
        let salts = self.knowledge.privacy.salts.clone()?;
        let mut views = Views::new(cells.text, cells.rows());
        let agents = cells.texts_or_null(Raw::UserAgent);
        let people = cells.texts_or_null(Raw::ClientIp).zip(agents).zip(times);
        for ((address, agent), &millis) in people {
            let agent = agent.unwrap_or_default().as_bytes();
            let name = address.and_then(|address| {
                self.visitors.name(&salts, &time::day_text(millis), address.as_bytes(), agent)
            });
            match name {
                Some(name) => views.push(&name),
                None => views.push_null(),
            }
        }
        Some(views.finish(cells.buffer))
    }
}

fn paths(cells: Cells<'_>) -> ArrayRef {
    let mut views = Views::new(cells.text, cells.rows());
    let Some(spans) = cells.spans(Raw::UriStem) else {
        return new_null_array(&Column::Path.about().kind.arrow(), cells.rows());
    };
    for (begin, end) in spans {
        let Some(stem) = cells.text((begin, end)) else {
            views.push_null();
            continue;
        };
        let path = path_of(stem, cells.slots.dialect);
        match unescape::twice(path) {
            Cow::Borrowed(path) => views.push_of_text(begin, begin + length(path)),
            Cow::Owned(path) => views.push(&path),
        }
    }
    views.finish(cells.buffer)
}

/// The path of a stem: those of real-time logs have the query behind it.
fn path_of(stem: &str, dialect: Dialect) -> &str {
    match dialect {
        Dialect::Standard => stem,
        Dialect::RealTime => stem.split_once('?').map_or(stem, |(path, _)| path),
    }
}

/// The queries as they are logged: in a column of their own, or behind the stem.
fn asked_queries(cells: Cells<'_>) -> impl Iterator<Item = Option<&str>> {
    let stems = cells.texts_or_null(Raw::UriStem);
    let queries = cells.texts_or_null(Raw::UriQuery);
    queries.zip(stems).map(move |(query, stem)| match cells.slots.dialect {
        Dialect::Standard => query,
        Dialect::RealTime => query.or_else(|| stem?.split_once('?').map(|(_, query)| query)),
    })
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

fn verbatim(cells: Cells<'_>, raw: Raw) -> Option<ArrayRef> {
    let mut views = Views::new(cells.text, cells.rows());
    for span in cells.spans(raw)? {
        match cells.text(span) {
            Some(_) => views.push_of_text(span.0, span.1),
            None => views.push_null(),
        }
    }
    Some(views.finish(cells.buffer))
}

/// The first of several columns that has something.
fn first_of(cells: Cells<'_>, raws: &[Raw]) -> ArrayRef {
    let there = raws.iter().find(|raw| cells.slots.of(**raw).is_some());
    there
        .and_then(|raw| verbatim(cells, *raw))
        .unwrap_or_else(|| new_null_array(&arrow_schema::DataType::Utf8View, cells.rows()))
}

fn repeated(cells: Cells<'_>, value: &str) -> ArrayRef {
    let mut views = Views::new(cells.text, cells.rows());
    let kept = views.keep(value);
    for _ in 0..cells.rows() {
        views.push_kept(kept);
    }
    views.finish(cells.buffer)
}

fn days(cells: Cells<'_>, times: &[i64]) -> ArrayRef {
    let mut views = Views::new(cells.text, cells.rows());
    let mut last = None;
    for &millis in times {
        let day = millis.div_euclid(time::DAY);
        let view = match last {
            Some((its, view)) if its == day => view,
            _ => views.keep(&time::day_text(millis)),
        };
        last = Some((day, view));
        views.push_kept(view);
    }
    views.finish(cells.buffer)
}

/// `000` is a viewer who left before there was a status.
fn statuses(cells: Cells<'_>) -> ArrayRef {
    let status = |text: &str| {
        let status = i32::try_from(number::whole(text.as_bytes())?).ok()?;
        (status != 0).then_some(status)
    };
    let all = cells.texts_or_null(Raw::Status).map(|text| status(text?));
    Arc::new(all.collect::<Int32Array>())
}

/// NULL without a status: whether there was one cannot be told.
fn faults(cells: Cells<'_>) -> ArrayRef {
    let mut views = Views::new(cells.text, cells.rows());
    let kept = fault::FAULTS.map(|(_, name)| views.keep(name));
    let has_status = cells.slots.of(Raw::Status).is_some();
    let statuses = cells.texts_or_null(Raw::Status);
    let results = cells.texts_or_null(Raw::ResultType);
    let responses = cells.texts_or_null(Raw::ResponseResultType);
    let details = cells.texts_or_null(Raw::DetailedResultType);
    for (((status, result), response), detailed) in
        statuses.zip(results).zip(responses).zip(details)
    {
        let status = status.and_then(|text| number::whole(text.as_bytes())).filter(|it| *it != 0);
        match fault::of(fault::End { status, result, response, detailed }) {
            Some(fault) if has_status => views.push_kept(kept[fault as usize]),
            _ => views.push_null(),
        }
    }
    views.finish(cells.buffer)
}

fn integers(cells: Cells<'_>, raw: Raw) -> ArrayRef {
    let integer = |text: &str| i32::try_from(number::whole(text.as_bytes())?).ok();
    Arc::new(cells.texts_or_null(raw).map(|text| integer(text?)).collect::<Int32Array>())
}

fn big_integers(cells: Cells<'_>, raw: Raw) -> ArrayRef {
    let all = cells.texts_or_null(raw).map(|text| number::whole(text?.as_bytes()));
    Arc::new(all.collect::<Int64Array>())
}

fn doubles(cells: Cells<'_>, raw: Raw) -> ArrayRef {
    let all = cells.texts_or_null(raw).map(|text| number::seconds(text?.as_bytes()));
    Arc::new(all.collect::<Float64Array>())
}

fn extension(stem: &str) -> Option<String> {
    let path = unescape::twice(stem.split('?').next().unwrap_or_default());
    let name = path.rsplit('/').next()?;
    let (_, extension) = name.rsplit_once('.')?;
    let is_one = (1..=8).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one.then(|| extension.to_ascii_lowercase())
}

/// `image/jpeg` of `image/jpeg;charset=…`, in lower case.
fn media_type(text: &str) -> String {
    let text = unescape::twice(text);
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn image_format(text: &str) -> Option<String> {
    let media_type = media_type(text);
    let format = media_type.strip_prefix("image/")?;
    let format = format.strip_prefix("x-").unwrap_or(format);
    let end = format.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(format.len());
    (end > 0).then(|| format[..end].to_owned())
}
