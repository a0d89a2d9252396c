//! Camera, surfaces, anti-aliasing and threads: from a product to pixels.

use std::sync::Mutex;

use crate::noise::Noise;
use crate::scene::Product;
use crate::studio::{Studio, march, unshadowed};
use crate::vector::{Vec3, encode_srgb, smoothstep, vec3};

/// A pixel or a part of one: sRGB from 0 to 1, premultiplied, and alpha.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) color: Vec3,
    pub(crate) alpha: f32,
}

/// Share of the frame that the product takes up along its longer side.
const FILL: f32 = 0.74;
/// Distance of the camera in product sizes: a long lens.
const DISTANCE: f32 = 5.0;
/// Samples along a side of a pixel that has an edge in it.
const EDGE_SIDE: usize = 3;
/// Neighbors that differ by more than this (of 1) have an edge between them.
const EDGE: f32 = 0.012;
/// Darkness of the floor that is retouched to white.
const VEIL: f32 = 0.03;
/// Offset of the differences that give normals.
const NORMAL_STEP: f32 = 1.5e-3;
/// Light reflected from glazes, lacquers and wood seen straight on.
const DIELECTRIC: f32 = 0.045;
/// Roughness up to which a surface mirrors other parts sharply enough to be told apart.
const GLOSSY: f32 = 0.25;

/// Renders `size * size` pixels, row-major.
pub(crate) fn render(product: &Product, size: usize, threads: usize) -> Vec<Sample> {
    let scene = Scene { product, studio: Studio::new(), camera: Camera::framing(product) };
    let at =
        |x: f32, y: f32| scene.sample(2.0 * x / size as f32 - 1.0, 1.0 - 2.0 * y / size as f32);

    let mut coarse = vec![Sample::default(); size * size];
    each_row(&mut coarse, size, threads, |row, pixels| {
        for (column, pixel) in pixels.iter_mut().enumerate() {
            *pixel = at(column as f32 + 0.5, row as f32 + 0.5);
        }
    });

    let mut fine = coarse.clone();
    each_row(&mut fine, size, threads, |row, pixels| {
        for (column, pixel) in pixels.iter_mut().enumerate() {
            if has_edge(&coarse, size, column, row) {
                *pixel = grid_mean(|dx, dy| at(column as f32 + dx, row as f32 + dy));
            }
        }
    });
    fine
}

/// Gives every row to one of the threads.
fn each_row(
    pixels: &mut [Sample],
    size: usize,
    threads: usize,
    work: impl Fn(usize, &mut [Sample]) + Sync,
) {
    let rows = Mutex::new(pixels.chunks_mut(size).enumerate());
    let next = || rows.lock().ok()?.next();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((row, pixels)) = next() {
                    work(row, pixels);
                }
            });
        }
    });
}

fn has_edge(samples: &[Sample], size: usize, column: usize, row: usize) -> bool {
    let sample = |x: usize, y: usize| samples[y.min(size - 1) * size + x.min(size - 1)];
    let here = sample(column, row);
    let neighbors = [
        sample(column + 1, row),
        sample(column.saturating_sub(1), row),
        sample(column, row + 1),
        sample(column, row.saturating_sub(1)),
    ];
    neighbors.iter().any(|there| {
        let color = (there.color - here.color).map(f32::abs);
        color.x.max(color.y).max(color.z).max((there.alpha - here.alpha).abs()) > EDGE
    })
}

fn grid_mean(at: impl Fn(f32, f32) -> Sample) -> Sample {
    let mut sum = Sample::default();
    for i in 0..EDGE_SIDE * EDGE_SIDE {
        let place = |i: usize| (i as f32 + 0.5) / EDGE_SIDE as f32;
        let sample = at(place(i % EDGE_SIDE), place(i / EDGE_SIDE));
        sum.color = sum.color + sample.color;
        sum.alpha += sample.alpha;
    }
    let share = 1.0 / (EDGE_SIDE * EDGE_SIDE) as f32;
    Sample { color: sum.color * share, alpha: sum.alpha * share }
}

/// A camera whose lens is shifted and zoomed so that the product fills the frame.
struct Camera {
    eye: Vec3,
    right: Vec3,
    up: Vec3,
    forward: Vec3,
    center: (f32, f32),
    zoom: f32,
}

impl Camera {
    fn framing(product: &Product) -> Self {
        let extent = product.extent;
        let target = vec3(0.0, extent.y * 0.5, 0.0);
        let reach = DISTANCE * extent.y.max(2.0 * extent.x);
        let (sin, cos) = product.elevation.sin_cos();
        let eye = target + vec3(0.0, sin, cos) * reach;
        let forward = (target - eye).normalized();
        let right = forward.cross(Vec3::UP).normalized();
        let up = right.cross(forward);

        let corner = |i: u32| {
            let side = |bit: u32| if i & bit == 0 { -1.0 } else { 1.0 };
            let height = if i & 2 == 0 { 0.0 } else { extent.y };
            let way = vec3(side(1) * extent.x, height, side(4) * extent.z * 0.7) - eye;
            (way.dot(right) / way.dot(forward), way.dot(up) / way.dot(forward))
        };
        let corners: Vec<_> = (0..8).map(corner).collect();
        let bounds = |pick: fn(&(f32, f32)) -> f32| {
            let values = corners.iter().map(pick);
            values.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)))
        };
        let (u, v) = (bounds(|c| c.0), bounds(|c| c.1));
        let zoom = (u.1 - u.0).max(v.1 - v.0) / 2.0 / FILL;
        let center = (f32::midpoint(u.0, u.1), f32::midpoint(v.0, v.1));
        Self { eye, right, up, forward, center, zoom }
    }

    /// The direction of the ray through a place of the frame, -1 to 1 in both.
    fn ray(&self, u: f32, v: f32) -> Vec3 {
        let (u, v) = (self.center.0 + u * self.zoom, self.center.1 + v * self.zoom);
        (self.forward + self.right * u + self.up * v).normalized()
    }
}

struct Scene<'a> {
    product: &'a Product,
    studio: Studio,
    camera: Camera,
}

impl Scene<'_> {
    fn sample(&self, u: f32, v: f32) -> Sample {
        let ray = self.camera.ray(u, v);
        let eye = self.camera.eye;
        let floor = if ray.y < 0.0 { eye.y / -ray.y } else { f32::INFINITY };
        let end = floor.min(3.0 * eye.length());
        if let Some(way) = march(self.product, eye, ray, end) {
            let light = self.surface(eye + ray * way, ray);
            return Sample { color: light.map(|c| encode_srgb(rolled_off(c))), alpha: 1.0 };
        }
        if floor.is_infinite() {
            return Sample::default();
        }
        let border = smoothstep(0.98, 0.62, u.abs()) * smoothstep(0.98, 0.75, v.abs());
        Sample { color: Vec3::default(), alpha: border * self.shadow(eye + ray * floor) }
    }

    /// How dark the floor is here: contact and key shadows stay, the wide veil of the dome's is
    /// taken back as a retoucher would, so that the white around the product is pure.
    fn shadow(&self, floor: Vec3) -> f32 {
        let extent = self.product.extent;
        let away = vec3(floor.x / extent.x, 0.0, floor.z / extent.z).length();
        let kept = smoothstep(2.6, 0.9, away);
        if kept == 0.0 {
            return 0.0;
        }
        let open = self.studio.arriving(self.product, floor, Vec3::UP);
        let dark = 1.0 - encode_srgb(open);
        (dark - VEIL).max(0.0) / (1.0 - VEIL) * kept
    }

    /// The light that a place of the product sends against the ray.
    fn surface(&self, p: Vec3, ray: Vec3) -> Vec3 {
        let part = self.product.nearest(p);
        let material = &part.material;
        let normal = self.normal(p);
        let albedo = material.albedo(part.local(p), normal.turned(-part.turn));

        let facing = (-ray.dot(normal)).clamp(0.0, 1.0);
        let grazing = (1.0 - facing).powi(5) * (1.0 - material.roughness);
        let mirrored = self.mirrored(p, normal, ray, albedo, material.roughness);
        if material.metal {
            return albedo.mix(Vec3::ONE, grazing).tint(mirrored);
        }
        let fresnel = DIELECTRIC + (1.0 - DIELECTRIC) * grazing;
        let matte = albedo * (self.scattered(p, normal) + material.glow);
        matte * (1.0 - fresnel) + mirrored * fresnel
    }

    /// Light on a matte surface: what arrives, and what the white floor throws back up.
    fn scattered(&self, p: Vec3, normal: Vec3) -> f32 {
        let below = 0.5 - 0.5 * normal.y;
        let floor = 0.75 * smoothstep(-0.15, 0.7, p.y);
        self.studio.arriving(self.product, p, normal) + below * floor + 0.05
    }

    /// What the surface mirrors: the studio, and where the product is in the way, the product.
    fn mirrored(&self, p: Vec3, normal: Vec3, ray: Vec3, albedo: Vec3, roughness: f32) -> Vec3 {
        let direction = ray.reflected(normal);
        let start = p + normal * 6e-3;
        let studio = Vec3::ONE * Studio::seen(self.product, start, direction, roughness);
        if roughness > GLOSSY {
            let open = unshadowed(self.product, start, direction, roughness);
            return (albedo * 0.4).mix(studio, open);
        }
        let Some(way) = march(self.product, start, direction, 3.0) else {
            return studio;
        };
        let hit = start + direction * way;
        let part = self.product.nearest(hit);
        let normal = self.normal(hit);
        let albedo = part.material.albedo(part.local(hit), normal.turned(-part.turn));
        albedo * (0.15 + 0.5 * self.studio.arriving_unshadowed(normal))
    }

    /// Four differences at the corners of a tetrahedron.
    fn normal(&self, p: Vec3) -> Vec3 {
        const CORNERS: [Vec3; 4] = [
            vec3(1.0, -1.0, -1.0),
            vec3(-1.0, -1.0, 1.0),
            vec3(-1.0, 1.0, -1.0),
            vec3(1.0, 1.0, 1.0),
        ];
        let slope = |corner: Vec3| corner * self.product.distance(p + corner * NORMAL_STEP);
        CORNERS.into_iter().map(slope).fold(Vec3::default(), |a, b| a + b).normalized()
    }
}

/// Film's shoulder: linear up to 0.7, then ever slower toward 1.
fn rolled_off(light: f32) -> f32 {
    const KNEE: f32 = 0.7;
    if light < KNEE { light } else { 1.0 - (1.0 - KNEE) * (-(light - KNEE) / (1.0 - KNEE)).exp() }
}

/// Straight RGBA8, or RGB8 over white; half a step of noise hides the steps of soft shadows.
pub(crate) fn quantized(samples: &[Sample], size: usize, alpha: bool) -> Vec<u8> {
    let noise = Noise::new(1);
    let mut bytes = Vec::with_capacity(samples.len() * 4);
    for (i, sample) in samples.iter().enumerate() {
        let dither = noise.at((i % size) as i32, (i / size) as i32, 0) - 0.5;
        let byte = |value: f32| (value * 255.0 + 0.5 + 0.9 * dither).clamp(0.0, 255.0) as u8;
        let color = if alpha {
            sample.color * (1.0 / sample.alpha.max(1e-6))
        } else {
            sample.color + Vec3::ONE * (1.0 - sample.alpha)
        };
        bytes.extend([color.x, color.y, color.z].map(byte));
        if alpha {
            bytes.push(byte(sample.alpha));
        }
    }
    bytes
}
