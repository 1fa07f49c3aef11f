// Places for the nodes of a graph: forces that push all apart and pull together those that talk, always with the same outcome.

const ROUNDS = 300;

/**
 * [{x, y}] within 0..1 for each node.
 *
 * @param {number} count how many nodes
 * @param {Array} edges [{from, to, weight}] with indexes; weight 0 to 1
 * @param {number} aspect width by height of the picture
 */
export function layout(count, edges, aspect = 1.6) {
  if (count === 0) return [];
  if (count === 1) return [{ x: 0.5, y: 0.5 }];
  const nodes = Array.from({ length: count }, (_, i) => {
    const angle = (i * 2 * Math.PI) / count;
    const radius = 0.6 + 0.4 * ((i * 7919) % 13) / 13; // no two at one place, nothing by chance
    return { x: Math.cos(angle) * radius * aspect, y: Math.sin(angle) * radius };
  });
  const ideal = 1.7 * Math.sqrt(aspect / count);
  for (let round = 0; round < ROUNDS; round++) {
    const heat = 0.12 * (1 - round / ROUNDS);
    const moves = nodes.map(() => ({ x: 0, y: 0 }));
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) {
        const dx = nodes[i].x - nodes[j].x || 1e-4;
        const dy = nodes[i].y - nodes[j].y || 1e-4;
        const distance = Math.hypot(dx, dy);
        const push = (ideal * ideal) / (distance * distance);
        moves[i].x += dx * push;
        moves[i].y += dy * push;
        moves[j].x -= dx * push;
        moves[j].y -= dy * push;
      }
    }
    for (const { from, to, weight } of edges) {
      if (from === to) continue;
      const dx = nodes[from].x - nodes[to].x;
      const dy = nodes[from].y - nodes[to].y;
      const pull = (Math.hypot(dx, dy) / ideal) * (0.25 + 0.5 * weight);
      moves[from].x -= dx * pull;
      moves[from].y -= dy * pull;
      moves[to].x += dx * pull;
      moves[to].y += dy * pull;
    }
    nodes.forEach((node, i) => {
      moves[i].x -= node.x * 0.5;
      moves[i].y -= node.y * 0.5 * aspect;
      const length = Math.hypot(moves[i].x, moves[i].y) || 1;
      const step = Math.min(length, heat) / length;
      node.x += moves[i].x * step;
      node.y += moves[i].y * step;
    });
  }
  const xs = nodes.map(({ x }) => x);
  const ys = nodes.map(({ y }) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return nodes.map(({ x, y }) => ({ x: (x - left) / (right - left || 1), y: (y - top) / (bottom - top || 1) }));
}
