//! Where the boxes of a picture lie: in layers from left to right, so that arrows lead to the right and cross seldom.
//!
//! The way of Sugiyama: arrows of a circle are turned round, each box lies one layer behind the last one that leads to it, an
//! arrow over several layers gets a bend in each, and the boxes of a layer are put in the order of what they are joined with.

/// The size of a box, and the space between boxes.
#[derive(Copy, Clone)]
pub(super) struct Sizes {
    pub box_height: f32,
    pub bend_height: f32,
    pub between: f32,
}

/// Where everything lies.
pub(super) struct Layout {
    /// The layer of each box, and the middle of it from the top.
    pub boxes: Vec<(usize, f32)>,
    /// For each arrow its bends, from left to right: layer and place.
    pub bends: Vec<Vec<(usize, f32)>>,
    /// For each arrow whether it leads to the left.
    pub turned: Vec<bool>,
    /// How many layers there are.
    pub layers: usize,
    /// The height of all of it.
    pub height: f32,
}

/// How often the order of the layers is improved, and then the places.
const SWEEPS: usize = 8;

/// Lays out so many boxes with arrows between them.
pub(super) fn lay_out(boxes: usize, arrows: &[(usize, usize)], sizes: Sizes) -> Layout {
    let turned = turned(boxes, arrows);
    let ends: Vec<(usize, usize)> = arrows
        .iter()
        .zip(&turned)
        .map(|((from, to), turned)| if *turned { (*to, *from) } else { (*from, *to) })
        .collect();
    let mut layer = layers(boxes, &ends);
    // A bend is a point behind the boxes.
    let mut joined: Vec<(usize, usize)> = Vec::new();
    let mut points = boxes;
    let mut bends = Vec::new();
    for (from, to) in &ends {
        let (mut last, mut own) = (*from, Vec::new());
        for between in layer[*from] + 1..layer[*to] {
            layer.push(between);
            joined.push((last, points));
            own.push(points);
            last = points;
            points += 1;
        }
        joined.push((last, *to));
        bends.push(own);
    }
    let count = layer.iter().max().map_or(0, |last| last + 1);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
    layer.iter().enumerate().for_each(|(point, at)| columns[*at].push(point));
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); points];
    for (from, to) in joined {
        near[from].push(to);
        near[to].push(from);
    }
    order(&mut columns, &layer, &near);
    let height = |point: usize| if point < boxes { sizes.box_height } else { sizes.bend_height };
    let mut place = vec![0.0; points];
    for column in &columns {
        spread(column, &vec![0.0; column.len()], &mut place, sizes, &height);
    }
    for sweep in 0..SWEEPS {
        let mut order: Vec<usize> = (0..count).collect();
        if sweep % 2 == 1 {
            order.reverse();
        }
        for at in order {
            let wanted: Vec<f32> =
                columns[at].iter().map(|point| mean(&near[*point], &place).unwrap_or(place[*point])).collect();
            spread(&columns[at], &wanted, &mut place, sizes, &height);
        }
    }
    let top = (0..points).map(|point| place[point] - height(point) / 2.0).fold(f32::MAX, f32::min).min(f32::MAX);
    let low = (0..points).map(|point| place[point] + height(point) / 2.0).fold(f32::MIN, f32::max);
    place.iter_mut().for_each(|place| *place -= top);
    Layout {
        boxes: (0..boxes).map(|point| (layer[point], place[point])).collect(),
        bends: bends.iter().map(|own| own.iter().map(|point| (layer[*point], place[*point])).collect()).collect(),
        turned,
        layers: count,
        height: if points == 0 { 0.0 } else { low - top },
    }
}

/// The arrows that close a circle, found by going along all of them, without recursion.
fn turned(boxes: usize, arrows: &[(usize, usize)]) -> Vec<bool> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    arrows.iter().enumerate().for_each(|(number, (from, _))| out[*from].push(number));
    let mut turned = vec![false; arrows.len()];
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0u8; boxes];
    for start in 0..boxes {
        let mut way = vec![(start, 0usize)];
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        while let Some((at, next)) = way.last_mut() {
            let Some(number) = out[*at].get(*next).copied() else {
                state[*at] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            let to = arrows[number].1;
            match state[to] {
                0 => {
                    state[to] = 1;
                    way.push((to, 0));
                }
                1 => turned[number] = true,
                _ => {}
            }
        }
    }
    turned
}

/// The layer of each box: one behind the last of those that lead to it.
fn layers(boxes: usize, ends: &[(usize, usize)]) -> Vec<usize> {
    let mut open = vec![0usize; boxes];
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    for (from, to) in ends {
        open[*to] += 1;
        out[*from].push(*to);
    }
    let mut layer = vec![0; boxes];
    let mut ready: Vec<usize> = (0..boxes).filter(|at| open[*at] == 0).collect();
    while let Some(at) = ready.pop() {
        for to in &out[at] {
            layer[*to] = layer[*to].max(layer[at] + 1);
            open[*to] -= 1;
            if open[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    // What nothing leads to stands beside what it leads to, not at the very left.
    let mut led = vec![false; boxes];
    ends.iter().for_each(|(_, to)| led[*to] = true);
    for at in (0..boxes).filter(|at| !led[*at]) {
        let next = out[at].iter().map(|to| layer[*to]).min();
        layer[at] = next.map_or(usize::from(!ends.is_empty()), |next| next.saturating_sub(1));
    }
    layer
}

/// Puts each layer in the order of what its points are joined with, to the left and to the right in turn.
fn order(columns: &mut [Vec<usize>], layer: &[usize], near: &[Vec<usize>]) {
    let mut rank: Vec<f32> = vec![0.0; layer.len()];
    for column in columns.iter() {
        column.iter().zip(0u16..).for_each(|(point, at)| rank[*point] = f32::from(at));
    }
    for sweep in 0..SWEEPS {
        let forth = sweep % 2 == 0;
        let mut along: Vec<usize> = (0..columns.len()).collect();
        if !forth {
            along.reverse();
        }
        for at in along {
            let side = |point: &usize| -> Option<f32> {
                let own = near[*point].iter().filter(|other| (layer[**other] < at) == forth).copied();
                mean(&own.collect::<Vec<_>>(), &rank)
            };
            let mut keyed: Vec<(f32, usize)> =
                columns[at].iter().map(|point| (side(point).unwrap_or(rank[*point]), *point)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            columns[at] = keyed.into_iter().map(|(_, point)| point).collect();
            columns[at].iter().zip(0u16..).for_each(|(point, at)| rank[*point] = f32::from(at));
        }
    }
}

fn mean(points: &[usize], values: &[f32]) -> Option<f32> {
    let (sum, count) = points.iter().fold((0.0, 0.0), |(sum, count), point| (sum + values[*point], count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Places the points of a layer as near to where they are wanted as their order and size allow.
fn spread(column: &[usize], wanted: &[f32], place: &mut [f32], sizes: Sizes, height: &dyn Fn(usize) -> f32) {
    let mut end = f32::MIN;
    let mut off = 0.0;
    for (point, wanted) in column.iter().zip(wanted) {
        let half = height(*point) / 2.0;
        let at = wanted.max(end + sizes.between + half);
        place[*point] = at;
        off += at - wanted;
        end = at + half;
    }
    // All together lie where they are wanted on the average.
    let off = off / column.iter().fold(0.0, |count, _| count + 1.0_f32).max(1.0);
    column.iter().for_each(|point| place[*point] -= off);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { box_height: 10.0, bend_height: 2.0, between: 4.0 };

    #[test]
    fn boxes_lie_behind_what_leads_to_them_and_never_on_each_other() {
        let arrows = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (0, 4), (4, 1)];
        let layout = lay_out(5, &arrows, SIZES);
        assert_eq!(layout.boxes.iter().map(|(layer, _)| *layer).collect::<Vec<_>>(), [0, 1, 2, 2, 3]);
        assert_eq!(layout.turned, [false, false, false, false, false, false, true]);
        assert_eq!(layout.bends[5].iter().map(|(layer, _)| *layer).collect::<Vec<_>>(), [1, 2]);
        assert!((layout.boxes[2].1 - layout.boxes[3].1).abs() >= 14.0);
        assert!(layout.boxes.iter().all(|(_, place)| *place >= 5.0 && *place <= layout.height - 5.0));
    }

    #[test]
    fn what_nothing_leads_to_stands_beside_what_it_leads_to() {
        let layout = lay_out(5, &[(0, 1), (1, 2), (3, 2)], SIZES);
        assert_eq!(layout.boxes.iter().map(|(layer, _)| *layer).collect::<Vec<_>>(), [0, 1, 2, 1, 1]);
    }
}
