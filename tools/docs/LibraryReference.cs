using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using static System.Net.WebUtility;

namespace IlgpuGan.Docs;

/// <summary>
/// The API reference of libraries, from their assemblies and XML comments: a page per namespace, with all public and protected members.
/// </summary>
internal sealed class LibraryReference
{
    public const string Start = "reference/index.html";

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly XmlComments _comments;
    private readonly SortedDictionary<string, List<Type>> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    /// <param name="assemblies">each with its XML file beside it</param>
    public LibraryReference(params IReadOnlyList<Assembly> assemblies)
    {
        _comments = new XmlComments(assemblies.Select(a => Path.ChangeExtension(a.Location, ".xml")));
        foreach (var type in assemblies.SelectMany(a => a.GetExportedTypes()).Where(t => !IsGenerated(t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            if (!_namespaces.TryGetValue(type.Namespace ?? "", out var types))
            {
                _namespaces.Add(type.Namespace ?? "", types = []);
            }

            types.Add(type);
            foreach (var id in MembersOf(type).Prepend(type).Select(DocumentationId.Of))
            {
                _places[id] = $"{type.Namespace}.html#{AnchorOf(id)}";
            }
        }
    }

    /// <summary>Address, title and contents of each page.</summary>
    public IEnumerable<(string Address, string Title, string Body)> Pages()
    {
        yield return (Start, "Reference", StartPage());
        foreach (var (name, types) in _namespaces)
        {
            yield return ($"reference/{name}.html", name, Page(name, types));
        }
    }

    /// <summary>Whether a method is public or protected.</summary>
    public static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>Whether a member is compiler-generated: members of records, iterator classes, extension markers.</summary>
    private static bool IsGenerated(MemberInfo member) =>
        member.Name.Contains('<') || member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static IEnumerable<MemberInfo> MembersOf(Type type) =>
        typeof(Delegate).IsAssignableFrom(type) ? [] : type.GetMembers(Declared).Where(member => !IsGenerated(member) && member switch
        {
            ConstructorInfo constructor => IsShown(constructor) && !constructor.IsStatic,
            MethodInfo method => IsShown(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsShown),
            FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
            EventInfo { AddMethod: { } add } => IsShown(add),
            _ => false,
        });

    private static string AnchorOf(string id) => id.Replace('#', '-');

    private string StartPage()
    {
        var html = new StringBuilder("<h1>Reference</h1>\n<p>The public API of the libraries, by namespace.</p>\n");
        foreach (var (name, types) in _namespaces)
        {
            html.Append($"<h2><a href=\"{name}.html\">{name}</a></h2>\n<p>");
            html.AppendJoin(", ", types.Select(t => $"<a href=\"{HtmlEncode(_places[DocumentationId.Of(t)])}\">{NameOf(t)}</a>"));
            html.Append("</p>\n");
        }

        return html.ToString();
    }

    private string Page(string name, IReadOnlyList<Type> types)
    {
        var html = new StringBuilder($"<h1>{name}</h1>\n");
        foreach (var type in types)
        {
            var id = DocumentationId.Of(type);
            html.Append($"<h2 id=\"{HtmlEncode(AnchorOf(id))}\">{NameOf(type)}</h2>\n");
            html.Append($"<p><code>{HtmlEncode(Signature.Of(type))}</code></p>\n");
            AppendComments(html, id, []);
            html.Append("<dl>\n");
            foreach (var member in MembersOf(type).OrderBy(m => m.MemberType).ThenBy(m => m.Name, StringComparer.Ordinal)
                .ThenBy(DocumentationId.Of, StringComparer.Ordinal))
            {
                var own = DocumentationId.Of(member);
                html.Append($"<dt id=\"{HtmlEncode(AnchorOf(own))}\"><code>{HtmlEncode(Signature.Of(member))}</code></dt>\n<dd>");
                AppendComments(html, own, InheritedIds(type, id, own));
                html.Append("</dd>\n");
            }

            html.Append("</dl>\n");
        }

        return html.ToString();
    }

    /// <summary>The ids that a member would have in base types and interfaces of its type.</summary>
    private static IEnumerable<string> InheritedIds(Type type, string typeId, string member)
    {
        var rest = member[typeId.Length..];
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            yield return member[..2] + DocumentationId.Of(ancestor)[2..] + rest;
        }

        foreach (var implemented in type.GetInterfaces())
        {
            yield return member[..2] + DocumentationId.Of(implemented)[2..] + rest;
        }
    }

    /// <summary>Appends the comments of a type or member: summary, then parameters, result and exceptions.</summary>
    private void AppendComments(StringBuilder html, string id, IEnumerable<string> inheritedIds)
    {
        if (_comments.Of(id, inheritedIds) is not { } comments)
        {
            return;
        }

        foreach (var element in comments.Where(e => e.Name.LocalName is "summary" or "remarks"))
        {
            html.Append($"<p>{XmlComments.Html(element, PlaceOf)}</p>\n");
        }

        var list = comments.Where(e => e.Name.LocalName is "param" or "typeparam" or "returns" or "exception").Select(Item).ToList();
        if (list.Count > 0)
        {
            html.Append($"<ul>\n{string.Concat(list)}</ul>\n");
        }

        foreach (var example in comments.Where(e => e.Name.LocalName == "example"))
        {
            html.Append(XmlComments.Html(example, PlaceOf)).Append('\n');
        }
    }

    private string Item(XElement element)
    {
        var (text, cref) = (XmlComments.Html(element, PlaceOf), (string?)element.Attribute("cref"));
        var name = element.Name.LocalName == "returns" ? "gives"
            : cref is null ? $"<code>{HtmlEncode((string?)element.Attribute("name") ?? "")}</code>"
            : $"throws <code>{HtmlEncode(XmlComments.ShortName(cref))}</code>";
        return $"<li>{name}: {text}</li>\n";
    }

    private string? PlaceOf(string id) => _places.GetValueOrDefault(id);

    private static string NameOf(Type type) =>
        HtmlEncode((type.DeclaringType is { } outer ? Signature.NameOf(outer) + "." : "") + Signature.NameOf(type));
}
