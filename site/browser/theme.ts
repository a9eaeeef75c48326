// The colours that were chosen before, set before anything is drawn.
const chosen = localStorage.getItem('theme');
if (chosen !== null) document.documentElement.dataset['theme'] = chosen;
