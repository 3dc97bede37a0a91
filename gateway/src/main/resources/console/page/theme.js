/* Before the first picture, so that nobody is dazzled: the scheme that was chosen here. */
document.documentElement.dataset.theme = localStorage.getItem('parley.theme') ?? 'auto';
