// Researches as they stand at every turn, put into the database as an agent would leave them there.
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { postJson } from './account.mjs';

const script = fileURLToPath(new URL('rows.py', import.meta.url));

async function write(file, rows, changes) {
  const child = spawn('python3', [script], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(JSON.stringify({ file, rows, changes }));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('the rows could not be written');
}

const texts = {
  en: {
    name: 'Stoicism and Roman law',
    question: 'How far did Stoic philosophy shape the Roman jurists, and who doubts it?',
    brief: 'How far Stoic philosophy shaped the Roman jurists, by named people and by doctrine, and what the sceptics argue.',
    questions: [
      'Which Roman jurists are documented as having studied with Stoic teachers?',
      'Which legal doctrines are traced to Stoic ideas, and by whom?',
      'What do the sceptics of that influence argue?',
    ],
    title: 'Stoicism and the Roman jurists',
    how: 'Researched by a model; every quote was checked against the kept sources. 11 searches, 27 pages read, 43 passages noted.',
    headings: ['Teachers and pupils', 'Doctrines', 'Doubts'],
    sentences: [
      ['The best-attested link is personal rather than doctrinal: Quintus Mucius Scaevola heard Panaetius in Rome', ', and Rutilius Rufus is called “a Stoic” outright', '.'],
      ['The division of things by nature and by the law of nations opens the Institutes', '; whether it is Stoic is disputed', '.'],
      ['Later claims of a continuous school are weaker', ', and one editor’s note has since been withdrawn', '.'],
    ],
    sources: [
      ['Cicero, De Oratore I', 'Mucius the augur was at home with philosophers. He was one who had heard Panaetius, and he kept the company of Tubero, who lived as he taught. The young men came to him at dawn.', 'He was one who had heard Panaetius'],
      ['Cicero, Brutus 113–114', 'Rutilius was trained in a severe school. He was a learned man, nearly perfect in the Stoic discipline, whose oratory was dry and unwelcome to the people.', 'nearly perfect in the Stoic discipline'],
      ['A history of Roman law, chapter 4', 'Much has been built on little. The evidence for a school is thin, and what there is comes from men who wished it so.', 'The evidence for a school is thin'],
      ['Notes on the Digest', 'Nothing here was cited. It was read all the same.', 'Nothing here was cited'],
    ],
    open: ['Which passages of the Digest name a philosopher at all?', 'Did Panaetius ever write about law?'],
  },
  zh: {
    name: '斯多葛派与罗马法',
    question: '斯多葛哲学在多大程度上影响了罗马法学家？有谁质疑？',
    brief: '从人物和学说两方面弄清斯多葛哲学对罗马法学家的影响，以及质疑者的理由。',
    questions: ['哪些罗马法学家有师从斯多葛派教师的记载？', '哪些法律学说被追溯到斯多葛思想？', '质疑这种影响的人有什么理由？'],
    title: '斯多葛派与罗马法学家',
    how: '由模型研究，每条引文都已与保存的来源核对。共搜索 11 次，阅读 27 页，记下 43 段。',
    headings: ['师承', '学说', '质疑'],
    sentences: [
      ['有据可查的联系首先是人：昆图斯·穆基乌斯曾听帕奈提乌斯讲学', '，鲁提利乌斯则被直接称为斯多葛派', '。'],
      ['《法学阶梯》开篇即按自然与万民法划分事物', '；这是否出自斯多葛派仍有争议', '。'],
      ['关于学派一脉相承的说法依据不足', '，一条编者注也已撤回', '。'],
    ],
    sources: [
      ['西塞罗《论演说家》第一卷', '占卜官穆基乌斯与哲学家往来密切。他曾听帕奈提乌斯讲学，又与图贝罗为友，后者言行如一。年轻人黎明即来求教。', '他曾听帕奈提乌斯讲学'],
      ['西塞罗《布鲁图斯》113–114', '鲁提利乌斯受过严格的训练。他学识渊博，在斯多葛学问上几近完善，而演说枯燥，不受民众欢迎。', '在斯多葛学问上几近完善'],
      ['《罗马法史》第四章', '许多结论建立在很少的材料上。关于学派存在的证据十分薄弱，仅有的一些又出自乐见其成者之手。', '关于学派存在的证据十分薄弱'],
      ['《学说汇纂》札记', '这里没有被引用的内容，但也读过。', '这里没有被引用的内容'],
    ],
    open: ['《学说汇纂》里究竟有哪些段落提到哲学家？', '帕奈提乌斯是否写过关于法律的著作？'],
  },
};

// What an agent writes for it: its text and its citations, one of each standing. What the last one cites is not kept any more.
function report(text, sources, { nothing, failed }) {
  const citations = [];
  const cite = (source, verdict, sentence) => {
    const [title, content, quote] = text.sources[source ?? 0];
    const start = Buffer.byteLength(content.slice(0, content.indexOf(quote)));
    const place = source === null ? { source, start: 0, end: 0, quote: '', title: '', url: '' }
      : { source: sources[source].number, start, end: start + Buffer.byteLength(quote), quote, title, url: sources[source].url };
    citations.push({ number: citations.length + 1, sentence, verdict, ...place });
    return `[^${citations.length}]`;
  };
  const lines = [`# ${text.title}`, '', `*${text.how}*`, ''];
  const [[a, b, c], [d, e, f], [g, h, i]] = text.sentences;
  if (nothing) lines.push(`> ${text.brief}`, '');
  else {
    lines.push(`## ${text.headings[0]}`, '', `${a}${cite(0, 'supported', a)}${b}${cite(1, 'supported', b)}${c}`, '');
    lines.push(`## ${text.headings[1]}`, '', `${d}${cite(0, 'supported', d)}${e}${cite(null, 'unsupported', e)}${f}`, '');
    lines.push(`## ${text.headings[2]}`, '');
    if (failed) lines.push(`*${text.questions[2]}*`, '');
    lines.push(`${g}${cite(2, 'weak', g)}${h}`, '');
    citations.push({ number: 6, sentence: h, verdict: 'supported', source: 99, start: 0, end: 10, quote: text.sources[3][2], title: text.sources[3][0], url: 'https://example.org/gone' });
    lines[lines.length - 2] += `[^6]${i}`;
    for (const { number, quote, title, url } of citations) lines.push(`[^${number}]: "${quote}" — [${title}](${url})`);
  }
  return { content: `${lines.join('\n')}\n`, citations };
}

const step = (key, name, status, more = {}) => ({ key, name, status, question: null, detail: '', count: null, ...more });

// The timeline up to a point: everything, or until the second question is being read for.
function steps(text, { busy, failed }) {
  const of = (question, reading) => {
    const all = (name, status, more) => step(`q${question}${name ? `.${name}.1` : ''}`, name || 'research', status, { question, ...more });
    const begun = [
      all('search', 'done', { detail: text.questions[question - 1], count: 8 }),
      all('choose', 'done', { count: 3 }),
      all('fetch', reading ? 'running' : 'done', { detail: text.sources[question - 1][0] }),
    ];
    if (reading) return [all('', 'running', { detail: text.questions[question - 1] }), ...begun];
    return [all('', 'done', { detail: text.questions[question - 1], count: 5 }), ...begun, all('notes', 'done', { count: 5 })];
  };
  const written = (question) => ['write', 'verify'].map((name) => step(`q${question}.${name}`, name, 'done', { question, count: 2 }));
  const begun = [step('clarify', 'clarify', 'skipped'), step('plan', 'plan', 'done', { count: 3 }), step('approval', 'approval', 'done')];
  if (busy) return [...begun, ...of(1), ...of(2, true)];
  const third = failed
    ? [step('q3', 'research', 'failed', { question: 3, detail: text.questions[2], code: 'nothing_found' }), step('q3.search.1', 'search', 'failed', { question: 3, detail: text.questions[2], code: 'search_failed' })]
    : [...of(3), ...written(3)];
  return [...begun, ...of(1), ...of(2), ...written(1), ...written(2), ...third, step('open', 'open', 'done', { count: 2 }), step('report', 'report', 'done', { detail: text.title })];
}

/** A research in one of the states `waiting`, `paused`, `running`, `report`, `failed` and `nothing`; its path. */
export async function research({ page, server }, state, { language = 'en', mode = 'model', ...change } = {}) {
  const text = { ...texts[language], ...change };
  const now = Date.now();
  const session = await postJson(page, '/api/chat/sessions', { name: text.name, type: 'deepresearch' });
  const user = await (await page.request.get('/api/users/me')).json();
  const [asked, answered, run] = [randomUUID(), randomUUID(), randomUUID()];
  const over = ['report', 'failed', 'nothing'].includes(state);
  const waits = ['waiting', 'paused'].includes(state);
  const sources = text.sources.map(([title, content], place) => ({
    id: randomUUID(), session_id: session.id, number: place + 1, origin: place === 2 ? 'wikipedia' : 'library',
    url: place === 2 ? 'https://example.org/roman-law' : `/artifacts/${randomUUID()}`, title, content,
    sha256: createHash('sha256').update(content).digest('hex'), fetched_at: now,
  }));
  const { content, citations } = report(text, sources, { nothing: state === 'nothing', failed: state === 'failed' });
  const message = { session_id: session.id, reasoning: '', citations: '[]', prompt_tokens: 0, completion_tokens: 0, created_at: now };
  const plan = { brief: text.brief, questions: text.questions, sources: ['library'], missing: ['searxng', 'tavily'], budget: { tokens: 60_000, pages: 40, minutes: 20 }, finish: false };
  const rows = [
    ['messages', { ...message, id: asked, parent_id: null, role: 'user', content: text.question, status: 'complete' }],
    ['messages', { ...message, id: answered, parent_id: asked, role: 'assistant', model: 'scripted/scripted', content: over ? content : '', status: over ? 'complete' : 'streaming' }],
    ['runs', { id: run, session_id: session.id, user_id: user.id, message_id: answered, kind: 'research', model: 'scripted/scripted', prompt_tokens: 51_204, completion_tokens: 3_412, created_at: now, started_at: now,
      ...(over ? { status: 'succeeded', finished_at: now } : waits ? { status: 'waiting' } : { status: 'running', lease_owner: 'another process', lease_expires_at: now + 3_600_000 }) }],
    ['plans', { run_id: run, session_id: session.id, status: { waiting: 'proposed', paused: 'paused' }[state] ?? 'approved', content: JSON.stringify(plan), created_at: now, decided_at: state === 'waiting' ? null : now }],
  ];
  const told = state === 'waiting' ? [step('clarify', 'clarify', 'skipped'), step('plan', 'plan', 'done', { count: 3 }), step('approval', 'approval', 'running')] : steps(text, { busy: !over, failed: state === 'failed' });
  told.forEach((data, place) => rows.push(['run_events', { run_id: run, seq: place + 1, last_seq: place + 1, kind: 'step', data: JSON.stringify(data), created_at: now }]));
  if (waits) rows.push(['checkpoints', { run_id: run, step: 'spent', state: JSON.stringify({ searches: 11, pages: 36, milliseconds: 900_000 }), created_at: now }]);
  if (state !== 'waiting' && state !== 'nothing') rows.push(...sources.map((source) => ['sources', source]));
  let artifact;
  if (over) {
    artifact = (await postJson(page, '/api/artifacts', { title: text.title, kind: 'markdown', content, session_id: session.id })).artifact.id;
    const sections = text.headings.map((heading, place) => ({ question: place + 1, heading, start: 0, end: 0 }));
    const known = { title: text.title, sections, citations, open_questions: text.open, figures: { searches: 11, pages: 27, notes: 43 } };
    rows.push(['reports', { artifact_id: artifact, version: 1, session_id: session.id, run_id: run, message_id: answered, mode, content: JSON.stringify(known), created_at: now }]);
  }
  const stands = over ? 'succeeded' : waits ? 'waiting' : 'running';
  await write(server.database, rows, [['chat_sessions', session.id, { head_id: answered, message_count: 2, run_status: stands }]]);
  let seq = told.length;
  // One more step of a research that is under way.
  const tell = (data) => {
    seq += 1;
    return write(server.database, [['run_events', { run_id: run, seq, last_seq: seq, kind: 'step', data: JSON.stringify(data), created_at: now }]], []);
  };
  return { path: `/chat/${session.id}`, artifact: artifact && `/artifacts/${artifact}`, citations, tell };
}
