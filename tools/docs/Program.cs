using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors;

namespace IlgpuGan.Docs;

/// <summary>What maintainers generate, from the top of the repository: the site, or the notices of what is shipped of others.</summary>
internal static class Program
{
    private const string Usage = """
        dotnet run -c Release --project tools/docs              write the site into artifacts/site
        dotnet run -c Release --project tools/docs -- OUT       write it into the folder OUT
        dotnet run -c Release --project tools/docs -- --notices write tools/packages/THIRD-PARTY-NOTICES.txt from the restored packages
        """;

    private static int Main(string[] args)
    {
        if (args is ["--help" or "-h" or "-?"])
        {
            Console.WriteLine(Usage);
            return 0;
        }

        if (!File.Exists("IlgpuGan.sln"))
        {
            Console.Error.WriteLine("IlgpuGan.sln is not here; run this at the top of the repository.");
            return 2;
        }

        return args switch
        {
            ["--notices"] => WriteNotices(),
            [] => WriteSite(Path.Combine("artifacts", "site")),
            [var folder] when !folder.StartsWith('-') => WriteSite(folder),
            _ => Misused(),
        };
    }

    private static int Misused()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static int WriteNotices()
    {
        File.WriteAllText(Notices.Path, Notices.Of("."));
        Console.WriteLine($"wrote {Notices.Path}");
        return 0;
    }

    private static int WriteSite(string folder)
    {
        var site = new Site(".", new LibraryReference(
            typeof(Tensor).Assembly, typeof(TrainingRun).Assembly, typeof(NoiseFamilies).Assembly, typeof(Image).Assembly));
        foreach (var problem in site.Problems)
        {
            Console.Error.WriteLine(problem);
        }

        site.Write(folder);
        Console.WriteLine($"wrote {Path.Combine(folder, "index.html")}");
        return site.Problems.Count > 0 ? 1 : 0;
    }
}
