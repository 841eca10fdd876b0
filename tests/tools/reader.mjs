// node reader.mjs EPUB WIDTH HEIGHT [PICTURES] : opens a publication in foliate-js, in Chromium, and reads it.
//
// Prints a JSON object: the book's direction, what was seen of every chapter, where the contents led. With a folder
// PICTURES it leaves there the first page of every chapter.
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const tools = path.resolve(process.env.BOOKMAKER_TOOLS ?? path.join(here, '..', '..', '.tools'))
const { chromium } = createRequire(path.join(tools, 'package.json'))('playwright-core')
const [epub, width, height, pictures] = process.argv.slice(2)

const types = { '.js': 'text/javascript', '.html': 'text/html', '.epub': 'application/epub+zip' }
const files = address => address === '/book.epub' ? epub
  : address.startsWith('/foliate-js/') ? path.join(tools, 'node_modules', path.normalize(address))
    : path.join(here, 'reader.html')
const server = http.createServer((request, response) => {
  const file = files(new URL(request.url, 'http://localhost').pathname)
  fs.readFile(file, (error, data) => {
    response.writeHead(error ? 404 : 200, { 'content-type': types[path.extname(file)] ?? 'text/plain' })
    response.end(data)
  })
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'],
})
try {
  const page = await browser.newPage({ viewport: { width: +width, height: +height } })
  const faults = []
  page.on('pageerror', error => faults.push(error.message))
  page.on('console', message => { if (message.type() === 'error') faults.push(message.text()) })
  await page.goto(`http://127.0.0.1:${server.address().port}/reader.html`)
  await page.waitForFunction('window.ready')
  const book = await page.evaluate('open_("/book.epub")')
  const chapters = {}
  for (const href of book.sections) {
    const name = path.basename(href, '.xhtml')
    if (pictures) {
      await page.evaluate(target => view.goTo(target), href)
      await page.waitForTimeout(100)
      await page.screenshot({ path: path.join(pictures, `${name}.png`) })
    }
    chapters[name] = await page.evaluate(target => readChapter(target), href)
  }
  const contents = await page.evaluate(target => followContents(target),
    book.sections.find(href => href.endsWith('contents.xhtml')))
  process.stdout.write(JSON.stringify({ dir: book.dir, chapters, contents, faults }) + '\n')
} finally {
  await browser.close()
  server.close()
}
