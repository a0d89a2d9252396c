//! The files of an access log: `<data>/logs/<site>/<distribution>.YYYY-MM-DD-HH.<8 hex>.gz`.
//!
//! A file is a row of complete gzip members. A batch of lines is compressed in memory and appended
//! with one write, so every file can be read to its end at any time (`zcat` does; a reader must
//! understand files of many members, as it must for joined log files anyway), and what a crash
//! loses is what was not yet appended: the lines of the last [`FLUSH_EVERY`].

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::access_log::{Record, header_lines};
use super::distribution::{Distribution, file_id};

/// How long a line may wait before a reader can see it.
const FLUSH_EVERY: Duration = Duration::from_millis(500);

/// Bytes of waiting lines after which they are written at once.
const BATCH_BYTES: usize = 256 * 1024;

/// Bytes after which a file is followed by another of the same hour.
const FILE_BYTES: u64 = 8 * 1024 * 1024;

/// Lines that may wait for the disk; then requests wait too.
const QUEUE_LINES: usize = 4_096;

/// How often a file name is drawn anew where it is taken.
const NAME_ATTEMPTS: usize = 8;

/// Where the lines of a site go.
#[derive(Debug)]
pub(crate) struct LogFolder {
    folder: PathBuf,
    distribution: Distribution,
    batch: String,
    /// `YYYY-MM-DD-HH` of the lines in `batch`, and of the file.
    hour: String,
    file: Option<OpenFile>,
    file_bytes: u64,
}

#[derive(Debug)]
struct OpenFile {
    file: File,
    bytes: u64,
}

impl LogFolder {
    /// The log of a site below a data folder, which is made where it is missing.
    pub(crate) fn create(folder: PathBuf, distribution: Distribution) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            distribution,
            batch: String::new(),
            hour: String::new(),
            file: None,
            file_bytes: FILE_BYTES,
        })
    }

    /// Takes a line; its own time says into which hour's file it goes.
    pub(crate) fn push(&mut self, record: &Record) -> io::Result<()> {
        let hour = hour_of(record.ended);
        if hour != self.hour {
            self.flush()?;
            self.file = None;
            self.hour = hour;
        }
        record.write_line(&mut self.batch);
        if self.batch.len() >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Makes all lines visible to readers. Where the disk refuses them they are lost: a log must
    /// not fill the memory.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.batch);
        let mut open = match self.file.take().filter(|open| open.bytes < self.file_bytes) {
            Some(open) => open,
            None => OpenFile { file: self.new_file()?, bytes: 0 },
        };
        let header = if open.bytes == 0 { header_lines() } else { String::new() };
        let member = gzip_member(&[header.as_bytes(), lines.as_bytes()])?;
        open.file.write_all(&member)?;
        open.bytes += member.len() as u64;
        self.file = Some(open);
        Ok(())
    }

    fn new_file(&self) -> io::Result<File> {
        let mut outcome = Err(io::ErrorKind::AlreadyExists.into());
        for _ in 0..NAME_ATTEMPTS {
            let name = format!("{}.{}.{}.gz", self.distribution.id(), self.hour, file_id());
            outcome = OpenOptions::new().append(true).create_new(true).open(self.folder.join(name));
            if !matches!(&outcome, Err(error) if error.kind() == io::ErrorKind::AlreadyExists) {
                break;
            }
        }
        outcome
    }
}

fn hour_of(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d-%H").to_string()
}

fn gzip_member(parts: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    for part in parts {
        encoder.write_all(part)?;
    }
    encoder.finish()
}

/// The logs of all sites, written by a thread of their own.
#[derive(Debug)]
pub(crate) struct LogWriter {
    thread: JoinHandle<()>,
    messages: SyncSender<Message>,
}

/// Takes the lines of one site for the [`LogWriter`]; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct LogSender {
    site: usize,
    messages: SyncSender<Message>,
}

#[derive(Debug)]
enum Message {
    /// A line for the folder at this place.
    Line(usize, Box<Record>),
    Stop,
}

impl LogSender {
    /// Hands over a line. Waits only where the disk is thousands of lines behind.
    pub(crate) fn send(&self, record: Record) {
        // The thread ends only with the server; a line after that has nobody to read it.
        let _ = self.messages.send(Message::Line(self.site, Box::new(record)));
    }
}

impl LogWriter {
    /// Starts the thread.
    pub(crate) fn start(folders: Vec<LogFolder>) -> io::Result<Self> {
        let (messages, receiver) = sync_channel(QUEUE_LINES);
        let thread = std::thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || write_until_stopped(&receiver, folders))?;
        Ok(Self { thread, messages })
    }

    /// Where to hand the lines of a site to, by the place of its folder.
    pub(crate) fn sender(&self, site: usize) -> LogSender {
        LogSender { site, messages: self.messages.clone() }
    }

    /// Writes what was handed over so far, and ends. Waits for the disk.
    pub(crate) fn stop(self) {
        // Both fail only where the thread has ended already.
        let _ = self.messages.send(Message::Stop);
        let _ = self.thread.join();
    }
}

fn write_until_stopped(messages: &Receiver<Message>, mut folders: Vec<LogFolder>) {
    let mut flush_at: Option<Instant> = None;
    loop {
        let message = match flush_at {
            None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => messages.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match message {
            Ok(Message::Line(site, record)) => {
                if let Some(folder) = folders.get_mut(site) {
                    warn_of(folder.push(&record), &folder.folder);
                    flush_at.get_or_insert_with(|| Instant::now() + FLUSH_EVERY);
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                flush_all(&mut folders);
                flush_at = None;
            }
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => {
                return flush_all(&mut folders);
            }
        }
    }
}

fn flush_all(folders: &mut [LogFolder]) {
    for folder in folders {
        warn_of(folder.flush(), &folder.folder);
    }
}

fn warn_of(outcome: io::Result<()>, folder: &Path) {
    if let Err(error) = outcome {
        tracing::warn!(%error, folder = %folder.display(), "Lost lines of the access log");
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::access_log::tests::record;
    use super::*;

    fn folder(path: &Path) -> LogFolder {
        LogFolder::create(path.join("logs/atelier"), Distribution::of_site("atelier")).unwrap()
    }

    /// Names and texts of the files, sorted by name.
    fn files(path: &Path) -> Vec<(String, String)> {
        let mut files: Vec<_> = std::fs::read_dir(path.join("logs/atelier"))
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let mut text = String::new();
                flate2::read::MultiGzDecoder::new(File::open(&path).unwrap())
                    .read_to_string(&mut text)
                    .unwrap();
                (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
            })
            .collect();
        files.sort();
        files
    }

    fn data_lines(text: &str) -> usize {
        text.lines().filter(|line| !line.starts_with('#')).count()
    }

    #[test]
    fn lines_can_be_read_after_each_flush_and_the_header_stands_once() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = folder(temp.path());
        for count in 1..=3 {
            log.push(&record("2026-03-01T09:59:59Z")).unwrap();
            log.flush().unwrap();
            let files = files(temp.path());
            assert_eq!(files.len(), 1);
            assert!(files[0].1.starts_with(&header_lines()));
            assert_eq!(files[0].1.matches("#Fields").count(), 1);
            assert_eq!(data_lines(&files[0].1), count);
        }
    }

    #[test]
    fn an_hour_has_files_of_its_own() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = folder(temp.path());
        for time in ["2026-03-01T23:59:59.999Z", "2026-03-02T00:00:00Z", "2026-03-02T00:30:00Z"] {
            log.push(&record(time)).unwrap();
        }
        log.flush().unwrap();
        let files = files(temp.path());
        let id = Distribution::of_site("atelier").id().to_owned();
        for ((name, text), (hour, lines)) in
            files.iter().zip([("2026-03-01-23", 1), ("2026-03-02-00", 2)])
        {
            let unique = name
                .strip_prefix(&format!("{id}.{hour}."))
                .and_then(|rest| rest.strip_suffix(".gz"))
                .unwrap_or_else(|| panic!("{name}"));
            assert!(unique.len() == 8 && unique.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
            assert_eq!(data_lines(text), lines, "{name}");
        }
        assert_eq!(files.len(), 2);
    }

    #[test]
    fn a_large_file_is_followed_by_another() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = LogFolder { file_bytes: 600, ..folder(temp.path()) };
        for _ in 0..6 {
            log.push(&record("2026-03-01T09:00:00Z")).unwrap();
            log.flush().unwrap();
        }
        let files = files(temp.path());
        assert!(files.len() > 1, "{}", files.len());
        assert_eq!(files.iter().map(|(_, text)| data_lines(text)).sum::<usize>(), 6);
        assert!(files.iter().all(|(_, text)| text.starts_with("#Version: 1.0\n#Fields: ")));
    }

    #[test]
    fn a_crash_leaves_readable_files() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = folder(temp.path());
        log.push(&record("2026-03-01T09:00:00Z")).unwrap();
        log.flush().unwrap();
        log.push(&record("2026-03-01T09:00:01Z")).unwrap();
        // Neither flushed nor dropped, as after a crash.
        std::mem::forget(log);
        assert_eq!(data_lines(&files(temp.path())[0].1), 1);
    }

    #[test]
    fn the_thread_writes_everything_before_it_stops() {
        let temp = tempfile::tempdir().unwrap();
        let writer = LogWriter::start(vec![folder(temp.path())]).unwrap();
        let sender = writer.sender(0);
        for _ in 0..100 {
            sender.send(record("2026-03-01T09:00:00Z"));
        }
        writer.sender(7).send(record("2026-03-01T09:00:00Z"));
        writer.stop();
        assert_eq!(files(temp.path()).iter().map(|(_, text)| data_lines(text)).sum::<usize>(), 100);
        sender.send(record("2026-03-01T09:00:00Z"));
    }
}
