using System.Security.Cryptography;
using System.Text;

namespace MailStats.Query.Links;

/// <summary>How the page looks: on paper, on a phone, in the dark. The policy of the page names it by its hash.</summary>
internal static class PageStyle
{
    public const string Sheet =
        ":root{color-scheme:light dark;--ink:#16181d;--soft:#555b66;--line:#d9dce3;--back:#fff;--sunken:#f3f4f8;--good:#1e6b45;--wait:#8a5300;"
        + "--bad:#b3261e}"
        + "@media(prefers-color-scheme:dark){:root{--ink:#e8eaf0;--soft:#a3a9b6;--line:#363b47;--back:#14161b;--sunken:#1e2129;--good:#6fcf9a;"
        + "--wait:#f0b45c;--bad:#ff8a80}}"
        + "*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);"
        + "font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif}"
        + "main,header{max-width:46rem;margin:0 auto;padding:0 1.25rem}header{display:flex;justify-content:space-between;gap:1rem;padding-top:1rem;"
        + "color:var(--soft)}"
        + "a{color:inherit}h1{font-size:1.5rem;line-height:1.3;margin:1.5rem 0 .5rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}p{margin:.4rem 0}"
        + ".do{background:var(--sunken);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}ol{list-style:none;margin:0;padding:0}"
        + "li{border-left:3px solid var(--line);padding:.1rem 0 1rem 1rem}li.good{border-color:var(--good)}li.wait{border-color:var(--wait)}"
        + "li.bad{border-color:var(--bad)}"
        + "li.good b{color:var(--good)}li.wait b{color:var(--wait)}li.bad b{color:var(--bad)}time,.soft,footer{color:var(--soft)}"
        + "pre{background:var(--sunken);border-radius:.5rem;padding:.6rem .8rem;margin:.4rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere;"
        + "font:.875rem/1.5 ui-monospace,Consolas,monospace}dl{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.35rem 1rem;margin:0}"
        + "button{font:inherit;font-weight:600;padding:.7rem 1.4rem;border:0;border-radius:.5rem;background:var(--ink);color:var(--back);cursor:pointer}"
        + "button:focus-visible{outline:3px solid var(--good);outline-offset:2px}"
        + "dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}footer{font-size:.875rem;border-top:1px solid var(--line);margin-top:2rem;"
        + "padding-top:1rem;padding-bottom:2rem}"
        + "@media(max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}@media print{pre,.do{border:1px solid #999}}";

    public static string Hash { get; } = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)));
}
