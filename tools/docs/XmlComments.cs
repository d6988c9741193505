using System.Xml.Linq;
using static System.Net.WebUtility;

namespace IlgpuGan.Docs;

/// <summary>The XML comments that the compiler writes for assemblies.</summary>
/// <param name="files">the XML files of the assemblies</param>
internal sealed class XmlComments(IEnumerable<string> files)
{
    private readonly Dictionary<string, XElement> _members = files
        .SelectMany(file => XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member"))
        .GroupBy(member => (string)member.Attribute("name")!, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    /// <summary>Ids of all members that have a comment.</summary>
    public IEnumerable<string> Names => _members.Keys;

    /// <summary>The comment of a type or member, with <c>inheritdoc</c> resolved; null if it has none.</summary>
    /// <param name="id">its <see cref="DocumentationId"/></param>
    /// <param name="inheritedIds">ids of the members that it overrides or implements, nearest first</param>
    public IReadOnlyList<XElement>? Of(string id, IEnumerable<string> inheritedIds) => Of(id, [.. inheritedIds], []);

    private List<XElement>? Of(string id, IReadOnlyList<string> inheritedIds, HashSet<string> seen)
    {
        if (!seen.Add(id) || !_members.TryGetValue(id, out var member))
        {
            return null;
        }

        var own = member.Elements().Where(e => e.Name != "inheritdoc").ToList();
        foreach (var inherited in member.Elements("inheritdoc"))
        {
            IEnumerable<string> from = (string?)inherited.Attribute("cref") is { } named ? [named] : inheritedIds;
            foreach (var element in from.Select(f => Of(f, [], seen)).FirstOrDefault(e => e is not null) ?? [])
            {
                if (!own.Exists(e => IsSame(e, element)))
                {
                    own.Add(element);
                }
            }
        }

        return own;
    }

    private static bool IsSame(XElement a, XElement b) => a.Name == b.Name
        && (string?)a.Attribute("name") == (string?)b.Attribute("name") && (string?)a.Attribute("cref") == (string?)b.Attribute("cref");

    /// <summary>The contents of an element as HTML.</summary>
    /// <param name="element">a <c>summary</c>, for example</param>
    /// <param name="link">maps a <see cref="DocumentationId"/> to its address on the site; null if it has none</param>
    public static string Html(XElement element, Func<string, string?> link)
    {
        var html = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            html.Append(node switch
            {
                XText text => HtmlEncode(text.Value),
                XElement inner => Inner(inner, link),
                _ => "",
            });
        }

        return html.ToString().Trim();
    }

    private static string Inner(XElement element, Func<string, string?> link) => element.Name.LocalName switch
    {
        "see" or "seealso" => See(element, link),
        "c" => $"<code>{Html(element, link)}</code>",
        "paramref" or "typeparamref" => $"<code>{HtmlEncode((string?)element.Attribute("name") ?? "")}</code>",
        "para" => $"<p>{Html(element, link)}</p>",
        "br" => "<br>",
        "code" => $"<pre><code>{HtmlEncode(element.Value.Trim('\n'))}</code></pre>",
        _ => Html(element, link),
    };

    private static string See(XElement element, Func<string, string?> link)
    {
        var own = Html(element, link);
        if ((string?)element.Attribute("href") is { } address)
        {
            return $"<a href=\"{HtmlEncode(address)}\">{(own.Length > 0 ? own : HtmlEncode(address))}</a>";
        }

        var id = (string?)element.Attribute("cref");
        var name = id is null ? (string?)element.Attribute("langword") ?? "" : ShortName(id);
        var text = own.Length > 0 ? own : $"<code>{HtmlEncode(name)}</code>";
        return id is not null && link(id) is { } place ? $"<a href=\"{HtmlEncode(place)}\">{text}</a>" : text;
    }

    /// <summary>The last part of an id (<c>Tensor</c>, <c>Backward</c>); for a constructor, the name of its type.</summary>
    public static string ShortName(string id)
    {
        var name = id.Split('(')[0].Split('~')[0];
        var parts = name[(name.IndexOf(':') + 1)..].Split('.');
        var last = parts[^1] == "#ctor" && parts.Length > 1 ? parts[^2] : parts[^1];
        return last.Split('`')[0].Split('{')[0];
    }
}
