//! Solids as signed distance functions: how far a place is from the surface, negative inside.

use crate::vector::{Vec3, vec3};

/// A solid.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Turned on a lathe.
    Lathe(Lathe),
    /// A box with these half sides and rounded edges.
    RoundedBox { half: Vec3, radius: f32 },
    /// A rod bent to a rounded rectangle that stands in the x-y plane, as wide across as `flat`
    /// times its thickness.
    Loop { half_width: f32, half_height: f32, corner: f32, rod: f32, flat: f32 },
    /// Two solids, the seam between them filled with a fillet of about this radius; the second
    /// stands at an offset and is cut where it enters the hollow of the first.
    Joined { first: Box<Self>, second: Box<Self>, offset: Vec3, inner_radius: f32, fillet: f32 },
}

impl Shape {
    /// Signed distance, smooth enough for its slope to be the surface's normal.
    pub(crate) fn distance(&self, p: Vec3) -> f32 {
        self.measure(p, Lathe::cubic)
    }

    /// Signed distance, exact enough to march along.
    pub(crate) fn distance_to_march(&self, p: Vec3) -> f32 {
        self.measure(p, Lathe::linear)
    }

    fn measure(&self, p: Vec3, look_up: LookUp) -> f32 {
        match self {
            Self::Lathe(lathe) => lathe.distance(p, look_up),
            Self::RoundedBox { half, radius } => rounded_box(p, *half, *radius),
            Self::Loop { half_width, half_height, corner, rod, flat } => {
                let flat_ring =
                    rounded_box(vec3(p.x, p.y, 0.0), vec3(*half_width, *half_height, 1.0), *corner);
                let across = p.z / flat;
                (flat_ring * flat_ring + across * across).sqrt() - rod
            }
            Self::Joined { first, second, offset, inner_radius, fillet } => {
                let body = first.measure(p, look_up);
                let outside = inner_radius - (p.x * p.x + p.z * p.z).sqrt();
                let added = second.measure(p - *offset, look_up).max(outside);
                smooth_min(body, added, *fillet)
            }
        }
    }
}

fn rounded_box(p: Vec3, half: Vec3, radius: f32) -> f32 {
    let q = p.map(f32::abs) - half + Vec3::ONE * radius;
    q.map(|c| c.max(0.0)).length() + q.x.max(q.y).max(q.z).min(0.0) - radius
}

/// The smaller of two distances, with a polynomial blend where they are within `k`.
fn smooth_min(a: f32, b: f32, k: f32) -> f32 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.min(b) - h * h * k * 0.25
}

/// A solid of revolution around the y axis: a profile in the half plane (radius, height), kept as
/// a grid of distances, so that a look-up costs the same for every profile.
#[derive(Clone, Debug)]
pub(crate) struct Lathe {
    grid: Vec<f32>,
    columns: usize,
    rows: usize,
}

/// How distances between the points of a grid are made up, from a place in cells.
type LookUp = fn(&Lathe, f32, f32) -> f32;

/// What a profile's curve means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Profile {
    /// All between the curve and the axis.
    Solid,
    /// A wall of this thickness along the curve.
    Wall(f32),
}

/// Side of a grid cell; features below a few cells are rounded off.
const CELL: f32 = 0.004;
/// How far the grid reaches beyond the profile: as far as soft shadows look.
const MARGIN: f32 = 1.0;
/// Straight pieces between two points of a profile.
const PIECES: usize = 12;

impl Lathe {
    /// Turns the curve through `points`, (radius, height) from the axis at the bottom to the axis
    /// or the lip at the top; a point given twice is a corner.
    pub(crate) fn new(points: &[(f32, f32)], profile: Profile) -> Self {
        let curve = spline(points);
        let reach = |pick: fn(&(f32, f32)) -> f32| curve.iter().map(pick).fold(0.0, f32::max);
        let columns = ((reach(|p| p.0) + MARGIN) / CELL) as usize + 4;
        let rows = ((reach(|p| p.1) + 2.0 * MARGIN) / CELL) as usize + 4;
        let mut grid = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                // One column left of the axis, for the cubic interpolation at the axis.
                let at = ((column as f32 - 1.0) * CELL, row as f32 * CELL - MARGIN);
                let at = (at.0.abs(), at.1);
                let distance = distance_to(&curve, at);
                grid.push(match profile {
                    Profile::Wall(thickness) => distance - thickness / 2.0,
                    Profile::Solid if encloses(&curve, at) => -distance,
                    Profile::Solid => distance,
                });
            }
        }
        Self { grid, columns, rows }
    }

    fn distance(&self, p: Vec3, look_up: LookUp) -> f32 {
        let radius = (p.x * p.x + p.z * p.z).sqrt();
        let (u, v) = (radius / CELL + 1.0, (p.y + MARGIN) / CELL);
        let (last_u, last_v) = (self.columns as f32 - 3.0, self.rows as f32 - 3.0);
        let (inside_u, inside_v) = (u.clamp(1.0, last_u), v.clamp(1.0, last_v));
        let beyond = ((u - inside_u).powi(2) + (v - inside_v).powi(2)).sqrt() * CELL;
        look_up(self, inside_u, inside_v) + beyond
    }

    fn linear(&self, u: f32, v: f32) -> f32 {
        let start = v as usize * self.columns + u as usize;
        let mix = |at: usize| self.grid[at] + (self.grid[at + 1] - self.grid[at]) * u.fract();
        let (low, high) = (mix(start), mix(start + self.columns));
        low + (high - low) * v.fract()
    }

    /// Catmull-Rom interpolation: its gradient, the surface's normal, is continuous.
    fn cubic(&self, u: f32, v: f32) -> f32 {
        let (column, row) = (u as usize, v as usize);
        let (across, along) = (cubic_weights(u.fract()), cubic_weights(v.fract()));
        let mut sum = 0.0;
        for (dy, weight) in along.iter().enumerate() {
            let start = (row + dy - 1) * self.columns + column - 1;
            let taps = &self.grid[start..start + 4];
            let line: f32 = taps.iter().zip(&across).map(|(tap, w)| tap * w).sum();
            sum += weight * line;
        }
        sum
    }
}

fn cubic_weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        -0.5 * t3 + t2 - 0.5 * t,
        1.5 * t3 - 2.5 * t2 + 1.0,
        -1.5 * t3 + 2.0 * t2 + 0.5 * t,
        0.5 * t3 - 0.5 * t2,
    ]
}

/// The Catmull-Rom curve through the points, as short straight pieces.
fn spline(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let point = |i: usize| points[i.clamp(1, points.len()) - 1];
    let mut curve = Vec::new();
    for i in 1..points.len() {
        let near = [point(i - 1), point(i), point(i + 1), point(i + 2)];
        for piece in 0..PIECES {
            let weights = cubic_weights(piece as f32 / PIECES as f32);
            let blend = |pick: fn(&(f32, f32)) -> f32| -> f32 {
                near.iter().map(pick).zip(&weights).map(|(value, w)| value * w).sum()
            };
            curve.push((blend(|p| p.0).max(0.0), blend(|p| p.1)));
        }
    }
    curve.extend(points.last());
    curve.dedup();
    curve
}

fn distance_to(curve: &[(f32, f32)], at: (f32, f32)) -> f32 {
    let mut nearest = f32::INFINITY;
    for pair in curve.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (px, py) = (at.0 - a.0, at.1 - a.1);
        let t = ((px * dx + py * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        let (ex, ey) = (px - t * dx, py - t * dy);
        nearest = nearest.min(ex * ex + ey * ey);
    }
    nearest.sqrt()
}

/// Whether a point lies between the curve and the axis: an even-odd count of crossings.
fn encloses(curve: &[(f32, f32)], at: (f32, f32)) -> bool {
    let crossings = curve.windows(2).filter(|pair| {
        let (a, b) = (pair[0], pair[1]);
        (a.1 > at.1) != (b.1 > at.1) && at.0 < a.0 + (at.1 - a.1) / (b.1 - a.1) * (b.0 - a.0)
    });
    crossings.count() % 2 == 1
}
