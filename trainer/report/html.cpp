// Escaping, base 64 and the style sheet of the report.
#include "trainer/report/html.h"

#include <cstdint>

namespace haliclr::trainer {

namespace {

const char *const style = R"(
:root { color-scheme: light dark; --paper: #fbfbf9; --card: #ffffff; --ink: #1d2326; --soft: #66727a;
  --line: #e3e6e4; --accent: #0b7a75; --faint: #0b7a7533; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181a; --card: #1c2225; --ink: #e6eaea;
  --soft: #93a0a6; --line: #2d3539; --accent: #4fc3b8; --faint: #4fc3b833; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1160px; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 36px 0 12px; }
p, .soft { color: var(--soft); margin: 0 0 20px; }
.cards { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
.charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); }
.cards div, figure, table, pre { background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
.cards div { padding: 12px 16px; color: var(--soft); }
.cards b { display: block; font-size: 22px; color: var(--ink); font-variant-numeric: tabular-nums; }
figure { margin: 0; padding: 12px 16px 8px; }
figcaption { display: flex; justify-content: space-between; color: var(--soft); }
figcaption b { color: var(--ink); font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--soft); font-size: 11px; } svg path { fill: none; stroke-linejoin: round; }
.grid { stroke: var(--line); } .points { stroke: var(--faint); stroke-width: 2; }
.curve { stroke: var(--accent); stroke-width: 2; }
table { border-collapse: separate; border-spacing: 0; min-width: 420px; }
th, td { padding: 8px 18px; text-align: right; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 500; } td { border-top: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; } tr.best td { font-weight: 600; }
pre { padding: 14px 18px; overflow-x: auto; font-size: 13px; line-height: 1.45; }
img { max-width: 100%; border-radius: 6px; display: block; margin-top: 6px; }
summary { cursor: pointer; color: var(--soft); }
)";

} // namespace

std::string html_text(const std::string &text) {
    std::string escaped;
    for (char letter : text) {
        switch (letter) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            escaped += letter;
        }
    }
    return escaped;
}

std::string base64(const std::string &bytes) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t left = bytes.size() - i;
        uint32_t word = uint32_t(uint8_t(bytes[i])) << 16;
        word |= left > 1 ? uint32_t(uint8_t(bytes[i + 1])) << 8 : 0;
        word |= left > 2 ? uint8_t(bytes[i + 2]) : 0;
        text += letters[word >> 18];
        text += letters[word >> 12 & 63];
        text += left > 1 ? letters[word >> 6 & 63] : '=';
        text += left > 2 ? letters[word & 63] : '=';
    }
    return text;
}

std::string html_page(const std::string &title, const std::string &body) {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           html_text(title) + "</title>\n<style>" + style + "</style></head>\n<body>\n" + body +
           "</body></html>\n";
}

} // namespace haliclr::trainer
