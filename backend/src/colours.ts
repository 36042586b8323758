/** Saleshandy's colours for the backend's own pages, of which each pair has the contrast that text needs. */
export const COLOURS = `:root { color-scheme: light dark; --text: #1f2937; --muted: #4b5563; --back: #f9fafb; --card: #fff; --line: #6b7280;
  --main: #0137fc; --on-main: #fff; --error: #b91c1c; }
@media (prefers-color-scheme: dark) {
  :root { --text: #f9fafb; --muted: #d1d5db; --back: #111827; --card: #111827; --line: #9ca3af;
    --main: #60a5fa; --on-main: #111827; --error: #f87171; } }
`;
