/* Before the first paint: "auto" becomes what the machine prefers. Light and dark come from the server. */
(() => {
  const root = document.documentElement;
  if (root.dataset.bsTheme === 'auto') root.dataset.bsTheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
})();
