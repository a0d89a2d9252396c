//! What surfaces are made of.

use crate::noise::Noise;
use crate::vector::{Vec3, smoothstep, vec3};

/// A material: its color at each place and how it mirrors.
#[derive(Clone, Debug)]
pub(crate) struct Material {
    finish: Finish,
    grain: Noise,
    /// 0 a mirror, 1 chalk.
    pub(crate) roughness: f32,
    pub(crate) metal: bool,
    /// Light of its own, as a share of its color.
    pub(crate) glow: f32,
}

/// How the color changes over a surface; colors are linear light.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Finish {
    Plain(Vec3),
    /// One color outside, another within `inner` of the axis where the surface faces inward.
    Glazed {
        outside: Vec3,
        inside: Vec3,
        inner: f32,
    },
    /// Flecked clay, dipped in glaze above an uneven line.
    Stoneware {
        body: Vec3,
        glaze: Vec3,
        line: f32,
        fleck: Vec3,
    },
    /// Year rings around a tilted axis, `rings` to a unit of length, and fibers along it.
    Wood {
        light: Vec3,
        dark: Vec3,
        rings: f32,
    },
    /// Pressed paper.
    Board(Vec3),
}

impl Material {
    pub(crate) const fn new(finish: Finish, grain: Noise) -> Self {
        Self { finish, grain, roughness: 0.5, metal: false, glow: 0.0 }
    }

    pub(crate) const fn rough(mut self, roughness: f32) -> Self {
        self.roughness = roughness;
        self
    }

    pub(crate) const fn metal(mut self, roughness: f32) -> Self {
        self.roughness = roughness;
        self.metal = true;
        self
    }

    pub(crate) const fn glowing(mut self, glow: f32) -> Self {
        self.glow = glow;
        self
    }

    /// The share of light that is scattered back at a place with this normal.
    pub(crate) fn albedo(&self, p: Vec3, normal: Vec3) -> Vec3 {
        match self.finish {
            Finish::Plain(color) => color,
            Finish::Glazed { outside, inside, inner } => {
                outside.mix(inside, self.facing_inward(p, normal, inner))
            }
            Finish::Stoneware { body, glaze, line, fleck } => {
                self.stoneware(p, [body, glaze, fleck], line)
            }
            Finish::Wood { light, dark, rings } => light.mix(dark, self.wood(p, rings)),
            Finish::Board(color) => {
                let pulp = self.grain.rough(vec3(p.x * 90.0, p.y * 260.0, p.z * 90.0));
                color * (0.93 + 0.14 * pulp)
            }
        }
    }

    fn facing_inward(&self, p: Vec3, normal: Vec3, inner: f32) -> f32 {
        let radius = (p.x * p.x + p.z * p.z).sqrt();
        let outward = (normal.x * p.x + normal.z * p.z) / radius.max(1e-4);
        // The glaze ends on the lip, where the normal tips over the top.
        let wobble = 0.06 * (self.grain.smooth(p * 4.0) - 0.5);
        let tipped = smoothstep(0.12, -0.04, outward + wobble);
        let bottom = smoothstep(0.2, 0.4, normal.y) * smoothstep(inner, inner - 0.02, radius);
        let rim = smoothstep(inner + 0.09, inner + 0.06, radius);
        tipped.max(bottom) * rim
    }

    fn stoneware(&self, p: Vec3, [body, glaze, fleck]: [Vec3; 3], line: f32) -> Vec3 {
        let flecks = self.grain.dots(p * 34.0, 0.16).max(self.grain.dots(p * 17.0, 0.05));
        let clay = body * (0.94 + 0.12 * self.grain.rough(p * 9.0));
        let clay = clay.mix(fleck, (flecks * 2.5).min(0.8));
        let wave = 0.05 * (self.grain.smooth(p * 2.3) - 0.5);
        let drip = p.y - line - wave;
        // Glaze is thin, and so lighter, at its edge.
        let depth = 0.82 + 0.18 * smoothstep(0.0, 0.25, drip);
        let streaks = 0.92 + 0.16 * self.grain.rough(vec3(p.x * 14.0, p.y * 3.0, p.z * 14.0));
        let coat = glaze.mix(body, 0.35 * (1.0 - depth) / 0.18) * streaks;
        let coat = coat.mix(fleck, (flecks * 1.2).min(0.35));
        clay.mix(coat, smoothstep(-0.006, 0.006, drip))
    }

    fn wood(&self, p: Vec3, rings: f32) -> f32 {
        let bent = p + vec3(0.9, 0.25 * p.x, -0.6);
        let warp = vec3(self.grain.smooth(p * 1.7), self.grain.smooth(p * 1.3), 0.0) * 0.22;
        let q = bent + warp;
        let year = ((q.y * 1.15).powi(2) + (q.z * 0.8).powi(2)).sqrt() * rings;
        let season = year.fract();
        // Early wood darkens slowly into late wood, and the year ends sharply.
        let ring = smoothstep(0.05, 0.85, season) * smoothstep(1.0, 0.93, season);
        let fiber = self.grain.rough(vec3(p.x * 6.0, p.y * 90.0, p.z * 90.0));
        let pores = self.grain.smooth(vec3(p.x * 16.0, p.y * 210.0, p.z * 210.0));
        (0.62 * ring + 0.45 * (fiber - 0.3) + 0.25 * smoothstep(0.72, 0.95, pores)).clamp(0.0, 1.0)
    }
}
