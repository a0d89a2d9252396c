//! Randomness that is the same for the same seed, on every machine.

use crate::vector::{Vec3, vec3};

/// A field of smooth noise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noise {
    seed: u32,
}

impl Noise {
    pub(crate) const fn new(seed: u32) -> Self {
        Self { seed }
    }

    /// A number from 0 to 1 for a lattice point.
    pub(crate) fn at(self, x: i32, y: i32, z: i32) -> f32 {
        let mut bits = self.seed.wrapping_mul(0x9e37_79b9);
        for part in [x, y, z] {
            bits = (bits ^ part.cast_unsigned()).wrapping_mul(0x85eb_ca6b);
            bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
            bits ^= bits >> 16;
        }
        (bits >> 8) as f32 / (1 << 24) as f32
    }

    /// Value noise, 0 to 1, one bump for each unit of length.
    pub(crate) fn smooth(self, p: Vec3) -> f32 {
        let cell = p.map(f32::floor);
        let share = (p - cell).map(|t| t * t * (3.0 - 2.0 * t));
        let corner =
            |dx, dy, dz| self.at(cell.x as i32 + dx, cell.y as i32 + dy, cell.z as i32 + dz);
        let mix = |from: f32, to: f32, share: f32| from + (to - from) * share;
        let edge = |dy, dz| mix(corner(0, dy, dz), corner(1, dy, dz), share.x);
        let face = |dz| mix(edge(0, dz), edge(1, dz), share.y);
        mix(face(0), face(1), share.z)
    }

    /// Four octaves of [`Noise::smooth`], about 0 to 1.
    pub(crate) fn rough(self, p: Vec3) -> f32 {
        let mut sum = 0.0;
        let mut weight = 0.5;
        let mut p = p;
        for _ in 0..4 {
            sum += weight * self.smooth(p);
            weight *= 0.5;
            p = p * 2.03 + vec3(7.1, 3.7, 5.3);
        }
        sum / 0.9375
    }

    /// How deep a place lies in one of the dots that are strewn one to a unit cube or less:
    /// 0 outside, up to 1 in the middle. `share` of the cubes have a dot.
    pub(crate) fn dots(self, p: Vec3, share: f32) -> f32 {
        let cell = p.map(f32::floor);
        let (x, y, z) = (cell.x as i32, cell.y as i32, cell.z as i32);
        if self.at(x, y, z) > share {
            return 0.0;
        }
        let place = |salt| 0.25 + 0.5 * self.at(x ^ salt, y, z);
        let center = cell + vec3(place(0x51), place(0x52), place(0x53));
        let radius = 0.08 + 0.17 * self.at(x, y ^ 0x54, z);
        (1.0 - (p - center).length() / radius).max(0.0)
    }
}
