const form = document.getElementById('sign-in');
const numbers = document.getElementById('numbers');
const problem = document.getElementById('problem');

/** What a panel's own server does: a key goes in, a token of minutes comes out. */
async function makeToken(key, domain) {
  const answer = await fetch('/v1/tokens', {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(domain === '' ? {} : { domains: [domain] }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.detail ?? Object.values(body.errors ?? {}).flat().join(' ') ?? body.title);
  }

  return body.token;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { key, domain, lang } = Object.fromEntries(new FormData(form));
  problem.textContent = '';
  numbers.replaceChildren();
  try {
    const token = await makeToken(key.trim(), domain.trim());
    for (const name of ['mailstats-quota', 'mailstats-overview']) {
      const element = document.createElement(name);
      element.setAttribute('token', token);
      element.setAttribute('lang', lang);
      if (domain.trim() !== '') {
        element.setAttribute('domain', domain.trim());
      }
      numbers.append(element);
    }
  } catch (error) {
    problem.textContent = error.message;
  }
});

// A token ends after minutes: the panel makes another when an element asks for one.
numbers.addEventListener('mailstats-token-needed', async (event) => {
  const { key, domain } = Object.fromEntries(new FormData(form));
  event.target.setAttribute('token', await makeToken(key.trim(), domain.trim()));
});
