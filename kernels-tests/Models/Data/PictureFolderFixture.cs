using System.Collections.Concurrent;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>A folder of pictures whose samples say where they are, gone after the test.</summary>
internal sealed class PictureFolderFixture : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("ilgpugan-data-").FullName;

    /// <param name="name">a relative path with <c>/</c> on every system</param>
    public string PathOf(string name) => Path.Combine([Root, .. name.Split('/')]);

    /// <summary>Red counts columns, green rows, blue is the tag.</summary>
    public string Add(string name, int width, int height, byte tag = 0)
    {
        var samples = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            (samples[3 * i], samples[(3 * i) + 1], samples[(3 * i) + 2]) = ((byte)(i % width), (byte)(i / width), tag);
        }

        return Add(name, new Image(width, height, 3, samples));
    }

    public string Add(string name, Image image)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PictureFile.Save(new Picture(image), path);
        return path;
    }

    /// <summary>What is remarked during some work, a line for each remark.</summary>
    public static IReadOnlyList<string> RemarksOn(Action work)
    {
        var heard = new ConcurrentQueue<(string File, string Remark)>();
        using (PictureRemarks.Listen((file, remark) => heard.Enqueue((file, remark))))
        {
            work();
        }

        return [.. PictureRemarks.Lines(heard.OrderBy(r => r.File, StringComparer.Ordinal))];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>Tests with a folder of pictures, a new one for each.</summary>
public abstract class InPictureFolder
{
    private protected PictureFolderFixture _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new PictureFolderFixture();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();
}
