using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>
/// The C# on all pages. A block without a file's name is a program: it compiles as it stands, in a project with the packages and the usings
/// that the SDK implies. A block with a file's name (<c>```csharp Rungs/LoopOrder.cs</c>) quotes it.
/// </summary>
internal sealed class PageCodeTests
{
    private const string Fence = "```";
    private const string Code = Fence + "csharp";

    /// <summary>What the SDK for the console and that for the web imply.</summary>
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string WebUsings = """
        global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    /// <summary>What the packages imply.</summary>
    private static readonly string s_packageUsings = string.Concat(
        Directory.GetFiles(Path.Combine(Sources.Root, "tools", "packages", "usings"))
            .SelectMany(file => XDocument.Load(file).Descendants("Using"))
            .Select(use => $"global using {(string)use.Attribute("Include")!};\n"));

    /// <summary>Warnings that a library was compiled with an older version of another; the SDK suppresses them, too.</summary>
    private static readonly Dictionary<string, ReportDiagnostic> s_ofOtherVersions = new(StringComparer.Ordinal)
    {
        ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress,
    };

    private static readonly CSharpParseOptions s_language = new(LanguageVersion.CSharp14);

    /// <summary>What this process was started with: the framework, ASP.NET Core and all libraries.</summary>
    private static readonly Lazy<MetadataReference[]> s_references = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ]);

    private sealed record Block(string Page, int Line, string Quotes, string Text);

    private static List<Block> Blocks()
    {
        var blocks = new List<Block>();
        foreach (var page in TrackedNamesTests.Tracked().Where(name => name.EndsWith(".md", StringComparison.Ordinal)))
        {
            var lines = File.ReadAllLines(Path.Combine(Sources.Root, page));
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].StartsWith(Code, StringComparison.Ordinal))
                {
                    var text = string.Join('\n', lines.Skip(i + 1).TakeWhile(line => line != Fence));
                    blocks.Add(new Block(page, i + 1, lines[i][Code.Length..].Trim(), text));
                }
            }
        }

        return blocks;
    }

    private static IEnumerable<TestCaseData> Cases(bool quoting) => Blocks().Where(block => block.Quotes.Length > 0 == quoting)
        .Select(block => new TestCaseData(block.Page, block.Text, block.Quotes).SetArgDisplayNames($"{block.Page}:{block.Line}"));

    private static IEnumerable<TestCaseData> Programs() => Cases(quoting: false);

    /// <summary>Programs in one file; the lines for the SDK stand first.</summary>
    private static IEnumerable<TestCaseData> SampleFiles() =>
        Directory.GetFiles(Path.Combine(Sources.Root, "models", "samples"), "*.cs").Select(file => new TestCaseData(file)
            .SetArgDisplayNames(Path.GetFileName(file)));

    private static IEnumerable<TestCaseData> Quotes() => Cases(quoting: true);

    [TestCaseSource(nameof(Programs))]
    [MaxSeconds(6)] // The first case loads the compiler and reads all libraries.
    public void AProgramCompiles(string page, string text, string quotes)
    {
        // A page about tests may name what only they see.
        var assembly = page.StartsWith("kernels-tests/", StringComparison.Ordinal) ? typeof(PageCodeTests).Assembly.GetName().Name : "Page";
        Compiled(text, assembly);
    }

    [TestCaseSource(nameof(SampleFiles))]
    [MaxSeconds(6)] // The first case loads the compiler and reads all libraries.
    public void ASampleCompiles(string file) => Compiled(SampleText(file));

    /// <summary>The reader's own kernel, on the best device here: right, or the program ends with 1.</summary>
    [Test]
    [MaxSeconds(10)] // On the processor, with a thread of it for each of the kernel's.
    public void TheKernelOfOnesOwnIsRight()
    {
        var main = ProgramOf(SampleText(Sources.SamplePath("kernel")));
        var before = Console.Out;
        using var told = new StringWriter();
        try
        {
            Console.SetOut(told);
            Assert.That(main.Invoke(null, [Array.Empty<string>()]), Is.Zero);
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.That(told.ToString(), Does.Contain(", right").And.Contain("GFLOP/s"));
    }

    internal static string SampleText(string file) =>
        string.Join('\n', File.ReadLines(file).Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));

    /// <summary>What a program runs from, compiled.</summary>
    internal static MethodInfo ProgramOf(string text)
    {
        using var bytes = new MemoryStream();
        Assert.That(Compiled(text).Emit(bytes).Success);
        return Assembly.Load(bytes.ToArray()).EntryPoint!;
    }

    internal static CSharpCompilation Compiled(string text, string? assembly = "Page")
    {
        var usings = s_packageUsings + Usings + (text.Contains("WebApplication.", StringComparison.Ordinal) ? '\n' + WebUsings : "");
        var compilation = CSharpCompilation.Create(
            assembly, [CSharpSyntaxTree.ParseText(text, s_language), CSharpSyntaxTree.ParseText(usings, s_language)], s_references.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(s_ofOtherVersions));
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString()), Is.Empty);
        return compilation;
    }

    [TestCaseSource(nameof(Quotes))]
    public void AQuoteStandsInItsFile(string page, string text, string quotes)
    {
        var file = Path.Combine(Sources.Root, Path.GetDirectoryName(page)!, quotes);
        Assert.That(Flush(File.ReadAllText(file)), Does.Contain('\n' + Flush(text) + '\n'));
        Assert.That(text.Trim(), Is.Not.Empty);

        static string Flush(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimStart()));
    }
}
