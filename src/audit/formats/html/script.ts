/** The page's own script: the filter, and folds that open for a printer. The page says all without it. */
export const script = `(() => {
  'use strict';
  const form = document.getElementById('filter');
  const others = document.getElementById('others');
  const shown = document.getElementById('shown');
  const fields = ['status', 'change', 'severity', 'family', 'host'];
  const rows = [...document.querySelectorAll('tr[data-status]')].map((row) => {
    const check = row.closest('section.check');
    const heading = check === null ? '' : [...check.querySelectorAll('h3, .do')].map((one) => one.textContent).join(' ');
    return { row, text: (heading + ' ' + row.textContent).toLowerCase() };
  });
  const matches = (row, name, value) =>
    name === 'status' && value === 'open' ? !others.contains(row) : row.dataset[name] === value;
  const apply = () => {
    const wanted = fields.flatMap((name) => {
      const field = form.elements.namedItem(name);
      return field === null || field.value === '' ? [] : [[name, field.value]];
    });
    const words = form.elements.namedItem('text').value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    let quiet = 0;
    for (const { row, text } of rows) {
      const fits = wanted.every(([name, value]) => matches(row, name, value)) && words.every((word) => text.includes(word));
      row.hidden = !fits;
      if (fits) count += 1;
      if (fits && others.contains(row)) quiet += 1;
    }
    for (const check of document.querySelectorAll('section.check'))
      check.hidden = check.querySelector('tbody tr:not([hidden])') === null;
    const active = wanted.length + words.length > 0;
    others.open = active && quiet > 0;
    shown.textContent = active ? count + ' of ' + rows.length + ' findings' : '';
  };
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(apply));
  for (const link of document.querySelectorAll('a[data-family]'))
    link.addEventListener('click', () => {
      form.reset();
      for (const [name, value] of [['status', 'open'], ...['family', 'host'].map((one) => [one, link.dataset[one]])]) {
        const field = form.elements.namedItem(name);
        if (field !== null) field.value = value;
      }
      setTimeout(apply);
    });
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    for (const one of folded) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of folded) one.open = false;
  });
})();
`;
