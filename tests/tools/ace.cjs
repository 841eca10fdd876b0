// node ace.cjs EPUB... : checks publications with Ace by DAISY, prints one JSON object: {EPUB: [violation, ...]}.
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const tools = process.env.BOOKMAKER_TOOLS ?? path.join(__dirname, '..', '..', '.tools')
const load = require('node:module').createRequire(path.join(path.resolve(tools), 'package.json'))

const ace = load('@daisy/ace-core')
const runner = load('@daisy/ace-axe-runner-puppeteer')
load('@daisy/ace-logger').initLogger({ silent: true, fileName: 'ace.log' })

const violations = report => report.assertions.flatMap(document => document.assertions.map(found =>
  [document['earl:testSubject'].url, found['earl:test']['earl:impact'], found['earl:test']['dct:title'],
    found['earl:result']['dct:description'], found['earl:result'].html].filter(Boolean).join(' | ')))

const main = async () => {
  const results = {}
  for (const epub of process.argv.slice(2)) {
    // In the system's own folder: the path of a browser's socket may have no more than 107 bytes.
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'ace-'))
    try {
      await ace(epub, { outdir, tmpdir: outdir, silent: true, initLogger: false }, runner)
      const report = JSON.parse(fs.readFileSync(path.join(outdir, 'report.json'), 'utf8'))
      results[epub] = violations(report)
      if (report['earl:result']['earl:outcome'] !== 'pass' && !results[epub].length)
        results[epub].push('the outcome is not pass')
    } finally {
      fs.rmSync(outdir, { recursive: true })
    }
  }
  process.stdout.write(JSON.stringify(results) + '\n')
}

main().then(() => process.exit(0), error => {
  console.error(error)
  process.exit(1)
})
