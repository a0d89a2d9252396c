//! Whose language a picture's URL is in: one row per service that makes pictures by URL.

use crate::address::Address;

/// A service, or a way of writing pictures' URLs.
#[derive(Debug)]
pub struct Service {
    /// Its name.
    pub name: &'static str,
    /// What becomes of its URLs.
    pub(crate) treatment: Treatment,
    /// What tells its URLs; the first row with one that does counts.
    signs: &'static [Sign],
}

/// What becomes of a service's URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// The edge-resizer reads them.
    Read,
    /// They lead to a file as it is.
    Plain,
    /// The edge-resizer does not know them: what to do.
    Rewrite(&'static str),
}

/// What tells a URL.
#[derive(Debug)]
enum Sign {
    /// The host, or a host below it.
    Host(&'static str),
    /// A part of the path.
    Path(&'static str),
    /// A segment of the path begins so.
    Segment(&'static str),
    /// The query has a parameter of this name.
    Parameter(&'static str),
}

use Sign::{Host, Parameter, Path, Segment};
use Treatment::{Plain, Read, Rewrite};

/// What to do about a service whose pictures are files of one's own.
const OWN_FILES: Treatment =
    Rewrite("write /cdn-cgi/image/<options>/<path of the original> in its place");
/// What to do about a service that keeps the originals.
const MOVE: Treatment = Rewrite(
    "fetch the originals, put them into the site's bucket, and write \
                                 /cdn-cgi/image/<options>/<path> in its place",
);

/// Cloudflare's transformations by URL.
pub(crate) const CLOUDFLARE: Service =
    Service { name: "Cloudflare", treatment: Read, signs: &[Path("/cdn-cgi/image/")] };
/// Shopify's, by query or by file name.
pub(crate) const SHOPIFY: Service = Service {
    name: "Shopify",
    treatment: Read,
    signs: &[
        Host("cdn.shopify.com"),
        Host("cdn.shopifycdn.net"),
        Host("shopify-assets.shopifycdn.com"),
        Path("/cdn/shop/"),
        Path("cdn.shopify.com/s/files/"),
    ],
};
/// A file as it is.
pub(crate) const PLAIN: Service = Service { name: "plain", treatment: Plain, signs: &[] };

/// All others. Their grammars: each one's documentation on URLs.
const OTHERS: [Service; 20] = [
    Service {
        name: "Cloudflare Images",
        treatment: MOVE,
        signs: &[Host("imagedelivery.net"), Path("/cdn-cgi/imagedelivery/")],
    },
    Service { name: "Next.js", treatment: OWN_FILES, signs: &[Path("/_next/image")] },
    Service { name: "Vercel", treatment: OWN_FILES, signs: &[Path("/_vercel/image")] },
    Service { name: "Netlify", treatment: OWN_FILES, signs: &[Path("/.netlify/images")] },
    Service { name: "Nuxt (ipx)", treatment: OWN_FILES, signs: &[Segment("_ipx")] },
    Service { name: "imgix", treatment: MOVE, signs: &[Host("imgix.net")] },
    Service {
        name: "Cloudinary",
        treatment: MOVE,
        signs: &[Host("cloudinary.com"), Path("/image/upload/"), Path("/image/fetch/")],
    },
    Service { name: "ImageKit", treatment: MOVE, signs: &[Host("ik.imagekit.io"), Segment("tr:")] },
    Service {
        name: "Uploadcare",
        treatment: MOVE,
        signs: &[Host("ucarecdn.com"), Segment("-/resize")],
    },
    Service { name: "Sanity", treatment: MOVE, signs: &[Host("cdn.sanity.io")] },
    Service { name: "Contentful", treatment: MOVE, signs: &[Host("images.ctfassets.net")] },
    Service { name: "Storyblok", treatment: MOVE, signs: &[Host("a.storyblok.com")] },
    Service { name: "Scene7", treatment: MOVE, signs: &[Host("scene7.com"), Path("/is/image/")] },
    Service { name: "Bunny", treatment: OWN_FILES, signs: &[Host("b-cdn.net")] },
    Service { name: "Sirv", treatment: MOVE, signs: &[Host("sirv.com")] },
    Service {
        name: "Photon",
        treatment: OWN_FILES,
        signs: &[Host("i0.wp.com"), Host("i1.wp.com"), Host("i2.wp.com")],
    },
    Service {
        name: "weserv",
        treatment: OWN_FILES,
        signs: &[Host("images.weserv.nl"), Host("wsrv.nl")],
    },
    Service {
        name: "Akamai",
        treatment: OWN_FILES,
        signs: &[Parameter("imwidth"), Parameter("impolicy")],
    },
    Service {
        name: "imgproxy",
        treatment: OWN_FILES,
        signs: &[
            Segment("rs:"),
            Segment("resize:"),
            Segment("size:"),
            Segment("w:"),
            Segment("pr:"),
            Path("/insecure/"),
        ],
    },
    Service {
        name: "thumbor",
        treatment: OWN_FILES,
        signs: &[Segment("filters:"), Segment("fit-in"), Path("/unsafe/")],
    },
];

impl Service {
    /// The service of a URL; `None` where nothing tells that it makes pictures.
    pub(crate) fn of(address: &Address<'_>) -> Option<&'static Self> {
        [&CLOUDFLARE, &SHOPIFY]
            .into_iter()
            .chain(&OTHERS)
            .find(|service| service.signs.iter().any(|sign| sign.is_in(address)))
    }

    /// Whether all that is below the path that tells it is a picture. A host has scripts as well, and
    /// so have Shopify's folders.
    pub(crate) fn makes_all_below(&self, address: &Address<'_>) -> bool {
        let is_of_a_path = |sign: &&Sign| matches!(sign, Path(_) | Segment(_));
        self.name != SHOPIFY.name
            && self.signs.iter().filter(is_of_a_path).any(|sign| sign.is_in(address))
    }
}

impl Sign {
    fn is_in(&self, address: &Address<'_>) -> bool {
        match self {
            Self::Host(host) => {
                let above = address.host.strip_suffix(host);
                above.is_some_and(|label| label.is_empty() || label.ends_with('.'))
            }
            Self::Path(part) => address.path.contains(part),
            Self::Segment(start) => address.path.split('/').any(|it| it.starts_with(start)),
            Self::Parameter(name) => {
                let mut pairs = address.query.unwrap_or_default().split('&');
                pairs.any(|pair| pair.split('=').next() == Some(name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_tell_their_service() {
        for (url, want) in [
            ("/cdn-cgi/image/width=400/https://a.imgix.net/a.jpg", Some("Cloudflare")),
            ("https://cdn.shopify.com/s/files/1/a.jpg", Some("Shopify")),
            ("//shop.example/cdn/shop/files/a.jpg?width=4", Some("Shopify")),
            ("https://imagedelivery.net/abc/def/public", Some("Cloudflare Images")),
            ("/_next/image?url=%2Fa.jpg&w=640&q=75", Some("Next.js")),
            ("/_ipx/w_200/a.jpg", Some("Nuxt (ipx)")),
            ("https://brand.imgix.net/a.jpg?w=400", Some("imgix")),
            ("https://notimgix.net/a.jpg?w=400", None),
            ("https://res.cloudinary.com/demo/image/upload/w_300/a.jpg", Some("Cloudinary")),
            ("https://img.example/sig/rs:fill:300:400:0/plain/a", Some("imgproxy")),
            ("/unsafe/300x200/filters:quality(80)/a.jpg", Some("thumbor")),
            ("/a.jpg?imwidth=400", Some("Akamai")),
            ("/a.jpg", None),
        ] {
            let service = Service::of(&Address::parse(url).unwrap());
            assert_eq!(service.map(|it| it.name), want, "{url}");
        }
    }
}
