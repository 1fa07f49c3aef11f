// A list of any length of which only what is seen is in the document. Rows have one height.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../ui.js';

const OVERSCAN = 6;

/**
 * @param {object} props count, height (of a row, px), row (index -> vnode, positioned by the list), onScroll(top), onEnd (called when
 *     the end is near), list (receives {scrollTo(index), element}), and attributes of the scrolling element
 */
export function VirtualList({ count, height, row, onScroll, onEnd, list, header, inner = {}, ...attributes }) {
  const element = useRef(null);
  const [view, setView] = useState({ top: 0, size: 600 });
  useLayoutEffect(() => {
    const node = element.current;
    const measure = () => setView((before) => ({ top: node.scrollTop, size: node.clientHeight || before.size }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  if (list) {
    list.current = {
      get element() {
        return element.current;
      },
      scrollTo(index) {
        const node = element.current;
        const headerHeight = header ? node.firstElementChild.offsetHeight : 0;
        const top = index * height;
        if (top < node.scrollTop) node.scrollTop = top;
        else if (top + height > node.scrollTop + node.clientHeight - headerHeight) node.scrollTop = top + height - node.clientHeight + headerHeight;
      },
    };
  }
  const first = Math.max(0, Math.floor(view.top / height) - OVERSCAN);
  const last = Math.min(count, Math.ceil((view.top + view.size) / height) + OVERSCAN);
  useEffect(() => {
    if (onEnd && (last >= count - OVERSCAN || count === 0)) onEnd();
  }, [last, count, onEnd]);
  const shown = [];
  for (let i = first; i < last; i++) shown.push(row(i));
  return html`<div ref=${element} ...${attributes} onScroll=${(event) => {
    const top = event.currentTarget.scrollTop;
    setView((before) => (before.top === top ? before : { ...before, top }));
    onScroll?.(top);
  }}>
    ${header}
    <div class="spacer" style=${{ height: `${count * height}px` }} ...${inner}>
      <div class="shown" role="presentation" style=${{ transform: `translateY(${first * height}px)` }}>${shown}</div>
    </div>
  </div>`;
}
