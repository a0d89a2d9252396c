//! The light of the studio: a white dome, two softboxes, a white floor.

use crate::scene::Product;
use crate::vector::{Vec3, smoothstep, vec3};

/// A card of light, far away.
struct Softbox {
    toward: Vec3,
    /// Half sides, as tangents of the angle.
    half: (f32, f32),
    radiance: f32,
}

const SOFTBOXES: [Softbox; 3] = [
    Softbox { toward: vec3(-0.72, 0.62, 0.52), half: (0.30, 0.80), radiance: 5.2 },
    Softbox { toward: vec3(0.86, 0.36, 0.40), half: (0.12, 0.90), radiance: 2.6 },
    Softbox { toward: vec3(0.10, 1.0, -0.30), half: (0.70, 0.40), radiance: 2.0 },
];

/// Directions to which each softbox is boiled down for matte surfaces, along a side.
const SOFTBOX_SIDE: usize = 2;
/// Directions to which the dome is boiled down.
const DOME_POINTS: usize = 13;
/// Share of the softboxes' light that the floor mirrors.
const FLOOR_GLOSS: f32 = 0.55;
/// Nearer than this is touching.
const TOUCH: f32 = 4e-4;

/// The light from one direction.
struct Light {
    toward: Vec3,
    power: f32,
    /// Tangent of the angle over which its shadow's edge is spread.
    spread: f32,
}

/// All light.
pub(crate) struct Studio {
    lights: Vec<Light>,
}

impl Softbox {
    fn axes(&self) -> (Vec3, Vec3, Vec3) {
        let toward = self.toward.normalized();
        let right = Vec3::UP.cross(toward).normalized();
        (toward, right, toward.cross(right))
    }

    /// What a ray in this direction sees of it, blurred.
    fn seen(&self, direction: Vec3, blur: f32) -> f32 {
        let (toward, right, up) = self.axes();
        let facing = direction.dot(toward);
        if facing < 0.05 {
            return 0.0;
        }
        let mask = |offset: f32, half: f32| {
            smoothstep(half + blur, half - blur, (offset / facing).abs()) * half
                / (half + 0.5 * blur)
        };
        self.radiance
            * mask(direction.dot(right), self.half.0)
            * mask(direction.dot(up), self.half.1)
    }

    fn lights(&self) -> impl Iterator<Item = Light> {
        let (toward, right, up) = self.axes();
        let (half, side) = (self.half, SOFTBOX_SIDE as f32);
        let power = self.radiance * 4.0 * half.0 * half.1 / (side * side);
        let place = move |i: usize| (2.0 * i as f32 + 1.0) / side - 1.0;
        (0..SOFTBOX_SIDE * SOFTBOX_SIDE).map(move |i| {
            let (u, v) = (place(i % SOFTBOX_SIDE) * half.0, place(i / SOFTBOX_SIDE) * half.1);
            let direction = toward + right * u + up * v;
            Light { toward: direction.normalized(), power, spread: 0.30 }
        })
    }
}

/// The dome's light: brighter above.
fn dome(direction: Vec3) -> f32 {
    let above = smoothstep(-0.1, 0.9, direction.y);
    (0.55 + 0.45 * above) * (1.0 - 0.65 * side_card(direction))
}

/// Dark cards at the sides and behind, which draw the edges of metal and glaze: 1 on them.
fn side_card(direction: Vec3) -> f32 {
    let beside = smoothstep(0.72, 0.95, direction.x.abs()) + smoothstep(0.2, 0.7, -direction.z);
    beside.min(1.0) * smoothstep(0.7, 0.3, direction.y.abs())
}

impl Studio {
    pub(crate) fn new() -> Self {
        let mut lights: Vec<_> = SOFTBOXES.iter().flat_map(Softbox::lights).collect();
        // A Fibonacci spiral spreads points evenly over the hemisphere.
        let golden = std::f32::consts::PI * (3.0 - 5.0_f32.sqrt());
        lights.extend((0..DOME_POINTS).map(|i| {
            let height = (i as f32 + 0.5) / DOME_POINTS as f32;
            let radius = (1.0 - height * height).sqrt();
            let (sin, cos) = (golden * i as f32).sin_cos();
            let toward = vec3(radius * cos, height, radius * sin);
            let power = dome(toward) * std::f32::consts::TAU / DOME_POINTS as f32;
            Light { toward, power, spread: 0.5 }
        }));
        let floor: f32 = lights.iter().map(|light| light.power * light.toward.y).sum();
        for light in &mut lights {
            light.power /= floor;
        }
        Self { lights }
    }

    /// Light that arrives at a surface, where an open floor gets 1.
    pub(crate) fn arriving(&self, product: &Product, p: Vec3, normal: Vec3) -> f32 {
        let start = p + normal * (8.0 * TOUCH);
        let mut sum = 0.0;
        for light in &self.lights {
            let slant = light.toward.dot(normal);
            if slant > 0.0 {
                sum += light.power * slant * unshadowed(product, start, light.toward, light.spread);
            }
        }
        sum
    }

    /// The same without shadows: for what is seen in mirrors only.
    pub(crate) fn arriving_unshadowed(&self, normal: Vec3) -> f32 {
        self.lights.iter().map(|light| light.power * light.toward.dot(normal).max(0.0)).sum()
    }

    /// What a mirror sees in a direction where no product is.
    pub(crate) fn seen(product: &Product, from: Vec3, direction: Vec3, roughness: f32) -> f32 {
        let floor = Self::floor_seen(product, from, direction);
        let blur = 0.04 + 1.1 * roughness * roughness;
        // The floor is a glossy sheet: below the horizon the softboxes are seen in it once more.
        let upward = vec3(direction.x, direction.y.abs(), direction.z);
        let cards: f32 = SOFTBOXES.iter().map(|softbox| softbox.seen(upward, blur)).sum();
        let horizon = smoothstep(-0.05 - blur * 0.4, 0.05 + blur * 0.4, direction.y);
        let below = floor + FLOOR_GLOSS * cards;
        let above = 0.75 * dome(direction) + cards;
        below * (1.0 - horizon) + above * horizon
    }

    fn floor_seen(product: &Product, from: Vec3, direction: Vec3) -> f32 {
        let open = 0.8 * (1.0 - 0.6 * side_card(direction));
        if direction.y >= -1e-3 {
            return open;
        }
        let hit = from + direction * (from.y / -direction.y);
        // The floor is darker where the product stands.
        open * (0.3 + 0.7 * smoothstep(0.0, 0.5, product.distance_to_march(hit)))
    }
}

/// The stretch of a ray on which it may come within `spread` times the way gone of the product.
fn near_product(product: &Product, from: Vec3, direction: Vec3, spread: f32) -> (f32, f32) {
    let (center, radius) = product.bounds();
    let toward = center - from;
    let nearest = toward.dot(direction);
    let passing = toward.dot(toward) - nearest * nearest;
    let radius = radius + spread * (nearest + radius).max(0.0);
    let half = (radius * radius - passing).max(0.0).sqrt();
    (nearest - half, nearest + half)
}

/// The share of light from a direction that arrives, by how closely the ray passes the product;
/// the shadow's edge is spread over an angle with the tangent `spread`.
pub(crate) fn unshadowed(product: &Product, from: Vec3, toward: Vec3, spread: f32) -> f32 {
    let (start, end) = near_product(product, from, toward, spread);
    let mut share = 1.0_f32;
    let mut way = start.max(0.004);
    while way < end {
        let p = from + toward * way;
        if p.y > product.extent.y + spread * way {
            break;
        }
        let distance = product.distance_to_march(p);
        share = share.min(distance / (spread * way));
        if share < 0.01 {
            return 0.0;
        }
        way += distance.clamp(0.015, 0.3);
    }
    share * share * (3.0 - 2.0 * share)
}

/// Where a ray meets the product, if it does before `end`.
pub(crate) fn march(product: &Product, from: Vec3, direction: Vec3, end: f32) -> Option<f32> {
    let (start, leaves) = near_product(product, from, direction, 0.0);
    let end = end.min(leaves);
    let mut way = start.max(0.0);
    if way >= end {
        return None;
    }
    for _ in 0..400 {
        let distance = product.distance_to_march(from + direction * way);
        if distance < TOUCH {
            return Some(way);
        }
        way += distance * 0.9;
        if way > end {
            return None;
        }
    }
    // A ray that grazes the surface all the way does meet it.
    Some(way)
}
