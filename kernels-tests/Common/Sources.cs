using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace IlgpuGan.TestsCommon;

/// <summary>The checkout from which the tests were compiled: root, version, samples, templates.</summary>
internal static class Sources
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>The version in Directory.Build.props, which applies to all packages.</summary>
    public static string Version { get; } =
        XDocument.Load(Path.Combine(Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The sample of each package.</summary>
    public static readonly (string Package, string Sample)[] Samples =
    [
        ("IlgpuGan.Models", "pix2pix"),
        ("IlgpuGan.Noise", "noise"),
        ("IlgpuGan.Tensors", "loop"),
        ("IlgpuGan.Imaging", "resize"),
        ("IlgpuGan.Hosting", "web"),
        ("IlgpuGan.Extensions.AI", "ai"),
    ];

    public static string SamplePath(string sample) => Path.Combine(Root, "models", "samples", sample + ".cs");

    /// <summary>The sample that each template is, and its project.</summary>
    public static readonly (string Template, string Sample, string Project)[] Templates =
    [
        ("ilgpugan-app", "pix2pix", "IlgpuGanApp.csproj"),
        ("ilgpugan-web", "web", "IlgpuGanWeb.csproj"),
    ];

    public static string TemplatePath(string template, string file) =>
        Path.Combine(Root, "tools", "packages", "Templates", "content", template, file);

    private static string Here([CallerFilePath] string path = "") => path;
}
