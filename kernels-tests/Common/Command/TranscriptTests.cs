using System.Collections.Concurrent;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>The scenes of <c>transcripts/*.txt</c>, side by side.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class TranscriptTests
{
    /// <summary>Set to 1, expected lines that no longer fit are replaced by what is said.</summary>
    private const string Rewrite = "ILGPUGAN_REWRITE";

    private static readonly ConcurrentDictionary<string, Lazy<string>> s_prepared = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, string?[]> s_pages = new(StringComparer.Ordinal);

    [OneTimeTearDown]
    public void RemoveWhatWasPrepared() => s_prepared.Values.ToList().ForEach(folder => Directory.Delete(folder.Value, recursive: true));

    [TestCaseSource(nameof(Scenes))]
    public void Plays(Scene scene)
    {
        var isShared = scene.Tags.Contains("shared");
        var folder = isShared ? Prepared(scene.Tags.First(tag => Scene.Preparing(tag) is not null)) : FolderFor(scene);
        try
        {
            Skip(scene.Tags);
            var run = new SceneRun(scene, folder);
            var problems = run.Play();
            if (Environment.GetEnvironmentVariable(Rewrite) == "1" && run.Rewritten.Count > 0)
            {
                Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Not.EqualTo("true"), "expected is not what happens to be said");
                Write(scene.File, run.Rewritten);
            }

            if (problems.Count > 0)
            {
                Assert.Fail(string.Join('\n', problems));
            }
        }
        finally
        {
            if (!isShared)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static IEnumerable<TestCaseData> Scenes()
    {
        foreach (var scene in Scene.All())
        {
            var test = new TestCaseData(scene).SetName($"{scene.Page}: {scene.Title}");
            if (scene.Tags.Contains("exhaustive"))
            {
                test.SetCategory(Exhaustive.Category);
            }

            if (Array.Find(scene.Tags, tag => tag.EndsWith(" s", StringComparison.Ordinal)) is { } seconds)
            {
                test.SetProperty("MaxSeconds", double.Parse(seconds[..^2], CultureInfo.InvariantCulture));
            }

            yield return test;
        }
    }

    private static void Skip(string[] tags)
    {
        if ((tags.Contains("linux") && !OperatingSystem.IsLinux()) || (tags.Contains("unix") && OperatingSystem.IsWindows()))
        {
            Assert.Ignore("the system is another");
        }
    }

    private static string FolderFor(Scene scene)
    {
        var folder = Directory.CreateTempSubdirectory("ilgpugan-scene-").FullName;
        foreach (var source in scene.Tags.Where(tag => Scene.Preparing(tag) is not null).Select(Prepared))
        {
            Copy(source, folder);
        }

        return folder;
    }

    /// <summary>The folder of what is prepared once.</summary>
    private static string Prepared(string tag) => s_prepared.GetOrAdd(tag, _ => new Lazy<string>(() =>
    {
        var scene = Scene.Preparing(tag)!;
        var folder = FolderFor(scene);
        var problems = new SceneRun(scene, folder).Play();
        return problems.Count == 0 ? folder : throw new NUnitException($"{tag} can't be prepared:\n{string.Join('\n', problems)}");
    })).Value;

    /// <summary>Copies files, in which the one folder's name, which is as long as the other's, becomes the other's.</summary>
    private static void Copy(string from, string to)
    {
        var (old, other) = (Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));
        foreach (var inner in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, inner)));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            for (int at = 0, next; (next = bytes.AsSpan(at).IndexOf(old)) >= 0; at += next)
            {
                other.CopyTo(bytes, at + next);
            }

            File.WriteAllBytes(Path.Combine(to, Path.GetRelativePath(from, file)), bytes);
        }
    }

    private static void Write(string file, Dictionary<int, string?> rewritten)
    {
        lock (s_pages)
        {
            var page = Directory.GetFiles(Path.Combine(Sources.Root, "kernels-tests"), Path.GetFileName(file), SearchOption.AllDirectories)
                .Single(path => !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
            if (!s_pages.TryGetValue(page, out var lines))
            {
                s_pages[page] = lines = File.ReadAllLines(page);
            }

            foreach (var (number, text) in rewritten)
            {
                lines[number] = text?.StartsWith('\n') == true ? lines[number] + text : text;
            }

            File.WriteAllLines(page, lines.OfType<string>());
        }
    }
}
