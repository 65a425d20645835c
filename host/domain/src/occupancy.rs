//! How often a space is taken at once. The most is always reached where something starts, so only starts are looked at:
//! three bookings that touch the same hour one after the other take one place, not three.

use crate::Instant;
use crate::slot::Range;

/// What takes a space's places, in order of starts. No range is longer than [`Occupancy::LONGEST_DAYS`].
#[derive(Clone, Debug, Default)]
pub struct Occupancy {
    taken: Vec<Range>,
}

impl Occupancy {
    /// The longest time for which one booking blocks a place, in days: the longest booking and the longest buffer.
    pub const LONGEST_DAYS: i64 = Range::MAX_DAYS + 1;

    /// What is taken.
    pub fn new(mut taken: Vec<Range>) -> Self {
        taken.sort_unstable();
        Self { taken }
    }

    /// Takes one place more.
    pub fn take(&mut self, range: Range) {
        let at = self.taken.partition_point(|other| *other <= range);
        self.taken.insert(at, range);
    }

    /// The most places that are taken at once within a range.
    pub fn peak(&self, range: Range) -> usize {
        let inside: Vec<Range> = self.overlapping(range).collect();
        let starts = inside.iter().map(|taken| taken.starts.max(range.starts));
        starts
            .chain([range.starts])
            .map(|at| count_at(&inside, at))
            .max()
            .unwrap_or_default()
    }

    /// The stretches of a range in which at least `places` are taken, in order, none touching the next.
    pub fn full(&self, range: Range, places: usize) -> Vec<Range> {
        let inside: Vec<Range> = self.overlapping(range).collect();
        let mut edges: Vec<Instant> = inside
            .iter()
            .flat_map(|taken| [taken.starts, taken.ends])
            .map(|at| at.clamp(range.starts, range.ends))
            .chain([range.starts, range.ends])
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let mut full: Vec<Range> = Vec::new();
        for edge in edges.windows(2) {
            if count_at(&inside, edge[0]) < places {
                continue;
            }
            match full.last_mut() {
                Some(last) if last.ends == edge[0] => last.ends = edge[1],
                _ => full.push(Range::new(edge[0], edge[1])),
            }
        }
        full
    }

    /// Microseconds of places taken within a range: two at once count twice.
    pub fn place_time(&self, range: Range) -> i64 {
        self.overlapping(range)
            .map(|taken| taken.ends.min(range.ends).0 - taken.starts.max(range.starts).0)
            .sum()
    }

    fn overlapping(&self, range: Range) -> impl Iterator<Item = Range> {
        let earliest = range.starts.plus_days(-Self::LONGEST_DAYS);
        let from = self.taken.partition_point(|taken| taken.starts <= earliest);
        let to = self
            .taken
            .partition_point(|taken| taken.starts < range.ends);
        self.taken
            .get(from..to.max(from))
            .unwrap_or_default()
            .iter()
            .copied()
            .filter(move |taken| taken.ends > range.starts)
    }
}

fn count_at(taken: &[Range], at: Instant) -> usize {
    taken
        .iter()
        .filter(|taken| taken.starts <= at && at < taken.ends)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    fn hours(from: i64, to: i64) -> Range {
        Range::new(Instant(from * HOUR), Instant(to * HOUR))
    }

    #[test]
    fn one_after_the_other_takes_one_place() {
        let taken = Occupancy::new(vec![hours(9, 10), hours(10, 11), hours(11, 12)]);
        assert_eq!(taken.peak(hours(9, 12)), 1);
        assert_eq!(taken.peak(hours(12, 13)), 0, "ranges are half open");
        assert_eq!(taken.peak(hours(8, 9)), 0);
    }

    #[test]
    fn the_most_is_found_wherever_it_is() {
        let mut taken = Occupancy::new(vec![hours(8, 12), hours(10, 11), hours(10, 13)]);
        assert_eq!(taken.peak(hours(8, 10)), 1);
        assert_eq!(taken.peak(hours(9, 11)), 3);
        assert_eq!(taken.peak(hours(12, 14)), 1);
        taken.take(hours(9, 14));
        assert_eq!(taken.peak(hours(10, 11)), 4);
        assert_eq!(taken.full(hours(0, 24), 2), [hours(9, 13)]);
        assert_eq!(taken.full(hours(0, 24), 3), [hours(10, 12)]);
        assert_eq!(taken.place_time(hours(11, 13)), 5 * HOUR);
    }

    /// Against the plainest count: every hour for itself.
    #[test]
    fn it_agrees_with_counting_every_hour() {
        let mut seed = 7_u64;
        let mut next = |below: i64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            i64::try_from(seed >> 33).unwrap() % below
        };
        for _ in 0..200 {
            let ranges: Vec<Range> = (0..next(12))
                .map(|_| {
                    let from = next(40);
                    hours(from, from + 1 + next(9))
                })
                .collect();
            let (from, length) = (next(40), 1 + next(10));
            let asked = hours(from, from + length);
            let count = |hour| {
                ranges
                    .iter()
                    .filter(|r| r.holds(hours(hour, hour + 1)))
                    .count()
            };
            let most = (from..from + length).map(count).max().unwrap();
            let taken = Occupancy::new(ranges.clone());
            assert_eq!(taken.peak(asked), most, "{ranges:?} {asked:?}");
            let full: i64 = taken
                .full(asked, 2)
                .iter()
                .map(|range| range.minutes() / 60)
                .sum();
            let expected = (from..from + length)
                .filter(|hour| count(*hour) >= 2)
                .count();
            assert_eq!(full, i64::try_from(expected).unwrap());
        }
    }
}
