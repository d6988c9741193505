using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using IlgpuGan.Docs;
using IlgpuGan.Extensions.AI;
using IlgpuGan.Hosting;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>The rules of what the packages show their users.</summary>
public sealed partial class PublicSurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] s_packages =
    [
        typeof(Image).Assembly, typeof(Tensor).Assembly, typeof(TrainingRun).Assembly, typeof(NoiseFamilies).Assembly,
        typeof(ITranslator).Assembly, typeof(TranslatorImageGenerator).Assembly,
    ];

    private static IEnumerable<Type> Types => s_packages.SelectMany(a => a.GetTypes())
        .Where(t => IsShown(t) && t.Name[0] != '<'); // The compiler's own hold operators.

    private static IEnumerable<MethodBase> Methods => Types.SelectMany(t => t.GetMembers(Declared)).OfType<MethodBase>().Where(IsShown);

    /// <summary>What is public is kept: whoever makes more of it so makes something else internal.</summary>
    [Test]
    public void TheSurfaceStaysSmall()
    {
        var fields = Types.SelectMany(t => t.GetFields(Declared)).Count(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly);
        Assert.That(Types.Count(), Is.LessThanOrEqualTo(340));
        Assert.That(Methods.Count() + fields, Is.LessThanOrEqualTo(3950));
    }

    /// <summary>A field more would break whoever takes it apart, or makes it by position.</summary>
    [Test]
    public void NoRecordOfManyFieldsIsPositional() => Assert.That(
        Methods.Where(m => m.Name == "Deconstruct" && m.GetParameters().Length > 3).Select(Named), Is.Empty);

    /// <summary>Conversions from tuples remain: they are how sizes are written.</summary>
    [Test]
    public void NoSignatureHasATuple() => Assert.That(
        Methods.Where(m => m.Name != "op_Implicit" && TypesOf(m).Any(HasTuple)).Select(Named), Is.Empty);

    [Test]
    public void ACancellationTokenIsTheLastParameterAndCalledSo() => Assert.That(
        Methods.Where(m => m.GetParameters().Index().Any(p => p.Item.ParameterType == typeof(CancellationToken)
            && (p.Index < m.GetParameters().Length - 1 || p.Item.Name != "cancellationToken"))).Select(Named),
        Is.Empty);

    [Test]
    public void WhatReturnsATaskSaysSo() => Assert.That(
        Methods.OfType<MethodInfo>()
            .Where(m => !m.IsSpecialName && IsTask(m.ReturnType) && !m.Name.EndsWith("Async", StringComparison.Ordinal)).Select(Named),
        Is.Empty);

    /// <summary>
    /// A call that leaves optional parameters out must mean the same when a later version is compiled against: it fits one overload alone.
    /// </summary>
    [Test]
    public void NoCallFitsTwoOverloads()
    {
        var wrong = new List<string>();
        foreach (var overloads in Methods.GroupBy(m => (m.DeclaringType, m.Name)).Where(g => g.Count() > 1))
        {
            var all = overloads.ToList();
            wrong.AddRange(
                from i in Enumerable.Range(0, all.Count)
                from k in Enumerable.Range(i + 1, all.Count - i - 1)
                where Overlap(all[i].GetParameters(), all[k].GetParameters())
                select $"{Named(all[i])} and {Named(all[k])}");
        }

        Assert.That(wrong, Is.Empty);

        static bool Overlap(ParameterInfo[] a, ParameterInfo[] b)
        {
            var least = Math.Max(a.Count(p => !p.IsOptional), b.Count(p => !p.IsOptional));
            return least <= Math.Min(a.Length, b.Length) && (a.Any(p => p.IsOptional) || b.Any(p => p.IsOptional))
                && a.Take(least).Select(p => p.ParameterType).SequenceEqual(b.Take(least).Select(p => p.ParameterType));
        }
    }

    /// <summary>What a device's memory, a file or a thread hangs on says how threads may share it.</summary>
    [Test]
    public void WhatIsSharedSaysByHowManyThreads()
    {
        var documented = s_packages.SelectMany(a => XDocument.Load(Path.ChangeExtension(a.Location, ".xml")).Descendants("member"))
            .ToLookup(m => (string)m.Attribute("name")!, m => m.Value);
        string[] others =
        [
            "Image", "ImageFile", "PngEncoder", "PngDecoder", "JpegEncoder", "JpegDecoder", "TiffEncoder", "TiffDecoder", "WebPEncoder",
            "WebPDecoder", "Tensor", "Device", "WorkQueue", "TrainingState", "SampleSource", "Picture", "PictureFile", "Evaluator",
            "ITranslator", "TranslatorImageGenerator",
        ];
        var shared = Types.Where(t => !t.IsValueType && t.BaseType is { } parent
            && (others.Contains(t.Name) || (typeof(IDisposable).IsAssignableFrom(t) && !typeof(IDisposable).IsAssignableFrom(parent))));
        Assert.That(
            shared.Where(t => !documented[$"T:{t.FullName}"].Any(d => d.Contains("thread", StringComparison.OrdinalIgnoreCase)))
                .Select(t => t.FullName),
            Is.Empty);
    }

    /// <summary>
    /// Who writes C# reads of properties; options of the command line are what the attribute of options is about, and how a family's
    /// messages name them.
    /// </summary>
    [Test]
    public void NothingPublicIsDocumentedByOptionsOfTheCommandLine()
    {
        var documented = s_packages.SelectMany(a => XDocument.Load(Path.ChangeExtension(a.Location, ".xml")).Descendants("member"))
            .ToLookup(m => (string)m.Attribute("name")!, m => m.Value);
        var shown = Types.SelectMany(t => t.GetMembers(Declared).Where(IsShown).Prepend(t))
            .Where(m => m.DeclaringType != typeof(OptionAttribute) && m != typeof(OptionAttribute) && m.Name != "SideMultipleOf");
        Assert.That(
            shown.Where(m => documented[DocumentationId.Of(m)].Any(text => Option().IsMatch(text)))
                .Select(m => $"{m.DeclaringType?.Name}.{m.Name}"),
            Is.Empty);

        static bool IsShown(MemberInfo member) => member switch
        {
            MethodBase method => PublicSurfaceTests.IsShown(method),
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(PublicSurfaceTests.IsShown),
            FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
            _ => false,
        };
    }

    /// <summary>
    /// A program needs no import of ours: all namespaces are implicit but those of pictures, whose names others have too, of files'
    /// formats, and of networks' import and export.
    /// </summary>
    [Test]
    public void ThePackagesImplyTheirNamespaces()
    {
        string[] rare =
        [
            "IlgpuGan.Imaging", "IlgpuGan.Tensors.Formats", "IlgpuGan.Tensors.Nn.Export",
            "IlgpuGan.Tensors.Nn.Import", "IlgpuGan.Models.Interop",
        ];
        var implied = Directory.GetFiles(Path.Combine(Sources.Root, "tools", "packages", "usings"))
            .SelectMany(file => XDocument.Load(file).Descendants("Using")).Select(use => (string)use.Attribute("Include")!);
        Assert.That(
            implied,
            Is.EquivalentTo(Types.Select(t => t.Namespace!).Where(n => n.StartsWith("IlgpuGan.", StringComparison.Ordinal)).Distinct()
                .Where(n => !rare.Any(r => n == r || n.StartsWith(r + ".", StringComparison.Ordinal)))));
    }

    [GeneratedRegex(@"(?<![\w-])--[a-z]")]
    private static partial Regex Option();

    private static bool IsTask(Type type) => type.IsGenericType
        ? type.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>))
        : type == typeof(Task) || type == typeof(ValueTask);

    private static IEnumerable<Type> TypesOf(MethodBase method) => method.GetParameters().Select(p => p.ParameterType)
        .Append(method is MethodInfo { ReturnType: var result } ? result : typeof(void));

    private static bool HasTuple(Type type) => typeof(ITuple).IsAssignableFrom(type)
        || (type.HasElementType && HasTuple(type.GetElementType()!)) || type.GetGenericArguments().Any(HasTuple);

    private static bool IsShown(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsShown(type.DeclaringType!));

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Named(MethodBase method) =>
        $"{method.DeclaringType!.Name}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.Name))})";
}
