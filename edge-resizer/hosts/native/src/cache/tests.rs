//! Both caches together.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use edge_resizer::{Policy, Response};
use fleet::{Origin, Site};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, StatusCode};
use tempfile::TempDir;

use super::*;
use crate::config::DiskCacheConfig;

const NOW: u64 = 1_000_000;

fn key(name: &str) -> CacheKey {
    KeySpace::new(&Site {
        name: "shop".to_owned(),
        domains: Vec::new(),
        origin: Origin::Folder("photos".into()),
        images: Policy::default(),
        delivery: fleet::Delivery::default(),
    })
    .key(name)
}

fn answer(body: &str) -> Response {
    let mut response = Response {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    };
    response.headers.insert(CACHE_CONTROL, "public, max-age=60".parse().unwrap());
    response.headers.append("x-twice", "1".parse().unwrap());
    response.headers.append("x-twice", "2".parse().unwrap());
    response
}

fn open(dir: Option<&Path>, memory: u64, disk: u64) -> VariantCache {
    let disk_cache = dir.map(|dir| DiskCacheConfig { dir: dir.to_owned(), bytes: disk });
    let config = HostConfig { memory_cache_bytes: memory, disk_cache, ..HostConfig::default() };
    VariantCache::open(&config).unwrap()
}

async fn body(cache: &VariantCache, name: &str, now: u64) -> Option<String> {
    let entry = cache.get(&key(name), now).await?;
    Some(String::from_utf8(entry.response.body.to_vec()).unwrap())
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(dir).unwrap().map(|folder| folder.unwrap().path());
    folders
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

fn bytes_of_files(dir: &Path) -> u64 {
    files(dir).iter().map(|file| file.metadata().unwrap().len()).sum()
}

#[tokio::test]
async fn answers_are_found_until_their_time_is_over() {
    let dir = TempDir::new().unwrap();
    for cache in [open(None, 10_000, 0), open(Some(dir.path()), 0, 10_000)] {
        cache.put(key("a"), &answer("picture"), NOW);
        cache.settle().await;
        assert_eq!(body(&cache, "b", NOW).await, None);
        assert_eq!(body(&cache, "a", NOW + 59).await.as_deref(), Some("picture"));
        assert_eq!(body(&cache, "a", NOW + 60).await, None);
        assert_eq!(cache.bytes(), (0, 0), "what is stale is gone");
    }
    assert_eq!(files(dir.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn only_good_answers_that_may_be_kept_are() {
    let cache = open(None, 10_000, 0);
    let mut missing = answer("no such photo");
    missing.status = StatusCode::NOT_FOUND;
    let mut secret = answer("secret");
    secret.headers.insert(CACHE_CONTROL, "no-store".parse().unwrap());
    let mut silent = answer("says nothing");
    silent.headers.remove(CACHE_CONTROL);
    for response in [missing, secret, silent] {
        cache.put(key("a"), &response, NOW);
        assert_eq!(body(&cache, "a", NOW).await, None, "{response:?}");
    }
}

#[tokio::test]
async fn the_least_recently_used_goes_first() {
    let dir = TempDir::new().unwrap();
    let one = answer(&"x".repeat(10_000));
    let (memory, disk) = (open(None, 36_000, 0), open(Some(dir.path()), 0, 36_000));
    for cache in [&memory, &disk] {
        for name in ["a", "b", "c"] {
            cache.put(key(name), &one, NOW);
            cache.settle().await;
        }
        assert!(body(cache, "a", NOW).await.is_some());
        cache.put(key("d"), &one, NOW);
        cache.settle().await;
        for (name, there) in [("a", true), ("b", false), ("c", true), ("d", true)] {
            assert_eq!(body(cache, name, NOW).await.is_some(), there, "{name}");
        }
        let (memory, disk) = cache.bytes();
        assert!(memory <= 36_000 && disk <= 36_000, "{memory} {disk}");
    }
    assert_eq!(bytes_of_files(dir.path()), disk.bytes().1);
}

#[tokio::test]
async fn an_answer_larger_than_the_bound_pushes_nothing_out() {
    let dir = TempDir::new().unwrap();
    let cache = open(Some(dir.path()), 5_000, 5_000);
    cache.put(key("small"), &answer("small"), NOW);
    cache.put(key("large"), &answer(&"x".repeat(10_000)), NOW);
    cache.settle().await;
    assert_eq!(body(&cache, "large", NOW).await, None);
    assert!(body(&cache, "small", NOW).await.is_some());
}

#[tokio::test]
async fn the_same_key_is_counted_once() {
    let dir = TempDir::new().unwrap();
    let cache = open(Some(dir.path()), 10_000, 10_000);
    for text in ["first", "second, longer", "3rd"] {
        cache.put(key("a"), &answer(text), NOW);
        cache.settle().await;
    }
    assert_eq!(body(&cache, "a", NOW).await.as_deref(), Some("3rd"));
    assert_eq!(cache.bytes().1, bytes_of_files(dir.path()));
}

#[tokio::test]
async fn the_disk_survives_a_restart_and_shrinks_to_a_lower_bound() {
    let dir = TempDir::new().unwrap();
    let one = answer(&"x".repeat(10_000));
    let cache = open(Some(dir.path()), 0, 100_000);
    for name in ["a", "b", "c"] {
        cache.put(key(name), &one, NOW);
        cache.settle().await;
    }
    drop(cache);
    let unfinished = files(dir.path()).remove(0).with_extension("7.tmp");
    fs::write(&unfinished, "half").unwrap();
    fs::write(dir.path().join("README"), "not a folder").unwrap();

    let cache = open(Some(dir.path()), 0, 100_000);
    let entry = cache.get(&key("a"), NOW + 1).await.unwrap();
    assert_eq!(entry.response.headers, one.headers);
    assert_eq!((entry.stored_at, entry.fresh_until), (NOW, NOW + 60));
    assert!(!unfinished.exists());
    fs::remove_file(dir.path().join("README")).unwrap();
    drop(cache);

    let cache = open(Some(dir.path()), 0, 15_000);
    assert_eq!(files(dir.path()).len(), 1, "one fits");
    assert!(cache.bytes().1 <= 15_000);
}

type Damage = fn(&[u8]) -> Vec<u8>;

#[tokio::test]
async fn a_file_that_is_not_whole_is_ignored_and_removed() {
    let dir = TempDir::new().unwrap();
    let damages: [(&str, Damage); 6] = [
        ("empty", |_| Vec::new()),
        ("cut", |file| file[..file.len() - 1].to_vec()),
        ("cut in the header", |file| file[..20].to_vec()),
        ("other form", |file| [b"variant-0\n", &file[10..]].concat()),
        ("flipped bit in the body", |file| {
            let mut file = file.to_vec();
            *file.last_mut().unwrap() ^= 1;
            file
        }),
        ("rubbish", |_| vec![0xff; 5_000]),
    ];
    for (what, damage) in damages {
        let cache = open(Some(dir.path()), 0, 100_000);
        cache.put(key("a"), &answer("picture"), NOW);
        cache.settle().await;
        let path = files(dir.path()).remove(0);
        fs::write(&path, damage(&fs::read(&path).unwrap())).unwrap();
        drop(cache);
        let cache = open(Some(dir.path()), 0, 100_000);
        assert_eq!(body(&cache, "a", NOW).await, None, "{what}");
        assert!(!path.exists(), "{what}");
        assert_eq!(cache.bytes().1, 0, "{what}");
    }
}
