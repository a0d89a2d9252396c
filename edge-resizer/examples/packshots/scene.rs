//! The products: what stands in the studio.

use crate::material::{Finish, Material};
use crate::noise::Noise;
use crate::shape::{Lathe, Profile, Shape};
use crate::vector::{Vec3, srgb, vec3};

/// Something to be photographed.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    /// How it is kept: on white, or cut out with its shadow.
    pub(crate) cut_out: bool,
    pub(crate) parts: Vec<Part>,
    /// Half of its extent along x and z, and its height: what the camera frames.
    pub(crate) extent: Vec3,
    /// How far the camera looks down, radians.
    pub(crate) elevation: f32,
}

/// A solid of one material, standing somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) shape: Shape,
    pub(crate) at: Vec3,
    /// Radians around the vertical axis.
    pub(crate) turn: f32,
    pub(crate) material: Material,
}

impl Part {
    fn new(shape: Shape, material: Material) -> Self {
        Self { shape, at: Vec3::default(), turn: 0.0, material }
    }

    fn at(mut self, x: f32, y: f32, z: f32) -> Self {
        self.at = vec3(x, y, z);
        self
    }

    fn turned(mut self, radians: f32) -> Self {
        self.turn = radians;
        self
    }

    /// The place in the part's own coordinates.
    pub(crate) fn local(&self, p: Vec3) -> Vec3 {
        (p - self.at).turned(-self.turn)
    }
}

impl Product {
    /// The part that is nearest to a place.
    pub(crate) fn nearest(&self, p: Vec3) -> &Part {
        let mut nearest = (f32::INFINITY, &self.parts[0]);
        for part in &self.parts {
            let distance = part.shape.distance(part.local(p));
            if distance < nearest.0 {
                nearest = (distance, part);
            }
        }
        nearest.1
    }

    /// The distance to the product, for normals.
    pub(crate) fn distance(&self, p: Vec3) -> f32 {
        self.parts.iter().map(|part| part.shape.distance(part.local(p))).fold(f32::MAX, f32::min)
    }

    /// The distance to the product, for marching.
    pub(crate) fn distance_to_march(&self, p: Vec3) -> f32 {
        let distances = self.parts.iter().map(|part| part.shape.distance_to_march(part.local(p)));
        distances.fold(f32::MAX, f32::min)
    }

    /// Center and radius of a sphere that holds all of it.
    pub(crate) fn bounds(&self) -> (Vec3, f32) {
        let center = Vec3::UP * (self.extent.y / 2.0);
        (center, vec3(self.extent.x, self.extent.y / 2.0, self.extent.z).length())
    }
}

/// A product by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// The example shop that sells it.
    pub(crate) shop: &'static str,
    /// Builds it, with the seed's grain.
    pub(crate) build: fn(Noise) -> Product,
}

/// All products.
pub(crate) const PRODUCTS: [Entry; 8] = [
    Entry { name: "vase", shop: "shop", build: vase },
    Entry { name: "mug", shop: "shop", build: mug },
    Entry { name: "bowl", shop: "shop", build: bowl },
    Entry { name: "lamp", shop: "shop", build: lamp },
    Entry { name: "jug", shop: "shop", build: jug },
    Entry { name: "flask", shop: "harbor", build: flask },
    Entry { name: "cup", shop: "harbor", build: cup },
    Entry { name: "carton", shop: "harbor", build: carton },
];

fn lathe(points: &[(f32, f32)], profile: Profile) -> Shape {
    Shape::Lathe(Lathe::new(points, profile))
}

fn vase(grain: Noise) -> Product {
    let wall = lathe(
        &[
            (0.0, 0.05),
            (0.34, 0.05),
            (0.40, 0.07),
            (0.52, 0.28),
            (0.66, 0.66),
            (0.63, 1.05),
            (0.42, 1.42),
            (0.24, 1.66),
            (0.195, 1.86),
            (0.22, 2.02),
            (0.285, 2.12),
        ],
        Profile::Wall(0.055),
    );
    let finish = Finish::Stoneware {
        body: srgb(0x00d9_cdb9),
        glaze: srgb(0x004f_6f73),
        line: 0.98,
        fleck: srgb(0x005a_4632),
    };
    Product {
        cut_out: false,
        parts: vec![Part::new(wall, Material::new(finish, grain).rough(0.55))],
        extent: vec3(0.69, 2.15, 0.69),
        elevation: 0.17,
    }
}

/// A mug with its handle toward the right.
fn mug_shape(rod: f32) -> Shape {
    let body = lathe(
        &[
            (0.0, 0.06),
            (0.40, 0.06),
            (0.49, 0.09),
            (0.545, 0.19),
            (0.56, 0.40),
            (0.56, 0.80),
            (0.565, 1.16),
        ],
        Profile::Wall(0.06),
    );
    let handle = Shape::Loop { half_width: 0.25, half_height: 0.31, corner: 0.20, rod, flat: 1.35 };
    Shape::Joined {
        first: Box::new(body),
        second: Box::new(handle),
        offset: vec3(0.62, 0.62, 0.0),
        inner_radius: 0.565,
        fillet: 0.09,
    }
}

fn mug(grain: Noise) -> Product {
    let finish =
        Finish::Glazed { outside: srgb(0x0027_4b6d), inside: srgb(0x00f1_ede4), inner: 0.545 };
    Product {
        cut_out: false,
        parts: vec![
            Part::new(mug_shape(0.055), Material::new(finish, grain).rough(0.10)).turned(0.5),
        ],
        extent: vec3(0.80, 1.19, 0.6),
        elevation: 0.30,
    }
}

fn cup(grain: Noise) -> Product {
    let finish =
        Finish::Glazed { outside: srgb(0x00ec_e7da), inside: srgb(0x0022_3a55), inner: 0.545 };
    Product {
        cut_out: false,
        parts: vec![
            Part::new(mug_shape(0.045), Material::new(finish, grain).rough(0.2)).turned(-0.35),
        ],
        extent: vec3(0.84, 1.19, 0.6),
        elevation: 0.36,
    }
}

fn flask(grain: Noise) -> Product {
    let body = lathe(
        &[
            (0.0, 0.0),
            (0.40, 0.0),
            (0.445, 0.02),
            (0.46, 0.07),
            (0.46, 0.40),
            (0.46, 1.10),
            (0.46, 1.52),
            (0.44, 1.66),
            (0.36, 1.79),
            (0.27, 1.87),
            (0.25, 1.93),
            (0.25, 1.98),
            (0.0, 1.98),
        ],
        Profile::Solid,
    );
    let neck = lathe(
        &[(0.0, 1.95), (0.262, 1.95), (0.262, 1.95), (0.262, 2.03), (0.262, 2.03), (0.0, 2.03)],
        Profile::Solid,
    );
    let lid = lathe(
        &[
            (0.0, 2.035),
            (0.255, 2.035),
            (0.275, 2.06),
            (0.275, 2.15),
            (0.275, 2.28),
            (0.255, 2.32),
            (0.20, 2.335),
            (0.0, 2.335),
        ],
        Profile::Solid,
    );
    let powder = Finish::Plain(srgb(0x0056_7a5f));
    let steel = Finish::Plain(srgb(0x00b4_b8bb));
    let wood = Finish::Wood { light: srgb(0x00d2_a56d), dark: srgb(0x00a8_7440), rings: 16.0 };
    Product {
        cut_out: false,
        parts: vec![
            Part::new(body, Material::new(powder, grain).rough(0.42)),
            Part::new(neck, Material::new(steel, grain).metal(0.22)),
            Part::new(lid, Material::new(wood, grain).rough(0.5)),
        ],
        extent: vec3(0.48, 2.34, 0.48),
        elevation: 0.14,
    }
}

fn bowl(grain: Noise) -> Product {
    let wall = lathe(
        &[
            (0.0, 0.06),
            (0.34, 0.06),
            (0.44, 0.08),
            (0.66, 0.18),
            (0.88, 0.38),
            (1.02, 0.62),
            (1.08, 0.82),
        ],
        Profile::Wall(0.075),
    );
    let foot =
        lathe(&[(0.0, 0.0), (0.36, 0.0), (0.40, 0.02), (0.40, 0.09), (0.0, 0.09)], Profile::Solid);
    let walnut = Finish::Wood { light: srgb(0x00a9_7445), dark: srgb(0x006a_4022), rings: 13.0 };
    let oiled = Material::new(walnut, grain).rough(0.38);
    Product {
        cut_out: false,
        parts: vec![Part::new(wall, oiled.clone()), Part::new(foot, oiled)],
        extent: vec3(1.12, 0.86, 1.12),
        elevation: 0.42,
    }
}

fn lamp(grain: Noise) -> Product {
    let base = lathe(
        &[
            (0.0, 0.0),
            (0.46, 0.0),
            (0.49, 0.015),
            (0.49, 0.05),
            (0.46, 0.07),
            (0.12, 0.085),
            (0.065, 0.11),
            (0.05, 0.18),
            (0.05, 0.6),
            (0.05, 1.30),
            (0.0, 1.30),
        ],
        Profile::Solid,
    );
    let shade = lathe(
        &[(0.07, 1.86), (0.20, 1.85), (0.42, 1.78), (0.62, 1.62), (0.75, 1.39), (0.80, 1.16)],
        Profile::Wall(0.045),
    );
    let knob = lathe(
        &[(0.0, 1.84), (0.085, 1.84), (0.085, 1.84), (0.075, 1.90), (0.05, 1.94), (0.0, 1.95)],
        Profile::Solid,
    );
    let brass = Material::new(Finish::Plain(srgb(0x00d8_b071)), grain).metal(0.18);
    let opal = Material::new(Finish::Plain(srgb(0x00f4_eadb)), grain).rough(0.3).glowing(0.16);
    Product {
        cut_out: false,
        parts: vec![Part::new(base, brass.clone()), Part::new(shade, opal), Part::new(knob, brass)],
        extent: vec3(0.82, 1.96, 0.82),
        elevation: 0.10,
    }
}

fn carton(grain: Noise) -> Product {
    let board = |hex| Material::new(Finish::Board(srgb(hex)), grain).rough(0.8);
    let rounded = |x, y, z| Shape::RoundedBox { half: vec3(x, y, z), radius: 0.012 };
    let turn = 0.55;
    // A label lies on the middle of the front.
    let label = vec3(0.0, 0.0, 0.602).turned(turn);
    Product {
        cut_out: false,
        parts: vec![
            Part::new(rounded(0.98, 0.30, 0.60), board(0x00b9_8f63))
                .at(0.0, 0.30, 0.0)
                .turned(turn),
            Part::new(rounded(1.0, 0.13, 0.62), board(0x002f_3a40)).at(0.0, 0.59, 0.0).turned(turn),
            Part::new(rounded(0.16, 0.11, 0.003), board(0x00ef_e9dd))
                .at(label.x, 0.24, label.z)
                .turned(turn),
        ],
        extent: vec3(1.14, 0.72, 1.05),
        elevation: 0.36,
    }
}

fn jug(grain: Noise) -> Product {
    let body = lathe(
        &[
            (0.0, 0.06),
            (0.36, 0.06),
            (0.46, 0.10),
            (0.58, 0.34),
            (0.60, 0.66),
            (0.50, 1.02),
            (0.37, 1.30),
            (0.335, 1.50),
            (0.37, 1.70),
        ],
        Profile::Wall(0.055),
    );
    let handle =
        Shape::Loop { half_width: 0.30, half_height: 0.46, corner: 0.27, rod: 0.05, flat: 1.5 };
    let shape = Shape::Joined {
        first: Box::new(body),
        second: Box::new(handle),
        offset: vec3(0.50, 0.98, 0.0),
        inner_radius: 0.33,
        fillet: 0.10,
    };
    let finish =
        Finish::Glazed { outside: srgb(0x00b4_5f3f), inside: srgb(0x00ef_e3d2), inner: 0.31 };
    Product {
        cut_out: true,
        parts: vec![Part::new(shape, Material::new(finish, grain).rough(0.22)).turned(0.35)],
        extent: vec3(0.72, 1.73, 0.62),
        elevation: 0.22,
    }
}
