namespace IlgpuGan.ToolsTests.Packages;

/// <summary>Folders of .NET as an installer would make them, laid out of the runtime's packages.</summary>
internal static class RuntimePacks
{
    private static readonly (string Pack, string Framework)[] s_frameworks =
    [
        ("microsoft.netcore.app.runtime", "Microsoft.NETCore.App"), ("microsoft.aspnetcore.app.runtime", "Microsoft.AspNetCore.App"),
    ];

    /// <summary>Lays out a runtime with ASP.NET Core. Skips the tests where there are no such packages.</summary>
    /// <param name="root">an empty folder, which becomes <c>DOTNET_ROOT</c></param>
    /// <param name="version">of the packages</param>
    /// <param name="system">runtime identifier</param>
    /// <param name="others">further packages to fetch</param>
    /// <returns>the folder of the packages</returns>
    public static string LayOut(string root, Version version, string system, params string[] others)
    {
        var (project, cache) = (Path.Combine(root, "packs.csproj"), Path.Combine(root, "packages"));
        var packs = s_frameworks.Select(f => f.Pack).Concat(others)
            .Select(pack => $"""<PackageDownload Include="{pack}.{system}" Version="[{version}]" />""");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net{Environment.Version.ToString(2)}</TargetFramework></PropertyGroup>
              <ItemGroup>{string.Concat(packs)}</ItemGroup>
            </Project>
            """);
        if (TestFiles.Run("dotnet", ["restore", project, "--packages", cache]) is { } problem)
        {
            Assert.Ignore($"there are no packages of the runtime {version} for {system}: {problem}");
        }

        foreach (var (pack, framework) in s_frameworks)
        {
            var shared = Directory.CreateDirectory(Path.Combine(root, "shared", framework, $"{version}")).FullName;
            var files = Path.Combine(cache, $"{pack}.{system}", $"{version}", "runtimes", system);
            foreach (var file in Directory.GetFiles(files, "*", SearchOption.AllDirectories))
            {
                File.Copy(file, Path.Combine(shared, Path.GetFileName(file)));
            }
        }

        var resolver = Directory.CreateDirectory(Path.Combine(root, "host", "fxr", $"{version}")).FullName;
        var library = Directory.GetFiles(Path.Combine(root, "shared", "Microsoft.NETCore.App", $"{version}"), "*hostfxr.*").Single();
        File.Move(library, Path.Combine(resolver, Path.GetFileName(library)));
        return cache;
    }
}
