/* Applies the chosen colour scheme before the first frame, so that the page does not flash. */
document.documentElement.dataset.theme = localStorage.getItem('parley.theme') ?? 'auto';
