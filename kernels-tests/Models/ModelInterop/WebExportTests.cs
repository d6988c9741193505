using IlgpuGan.Cli;
using IlgpuGan.Cli.Web;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Reporting;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>The page that <c>export --to web</c> writes, without a browser: what goes into it, and what is refused.</summary>
public sealed class WebExportTests : CommandFixture
{
    /// <summary>A page that is opened as a file may load scripts, but no modules.</summary>
    [Test]
    public void ThePageIsOneScript()
    {
        var lines = ModelPage.Script().Split('\n');
        Assert.That(lines, Has.None.StartsWith("import ").And.None.StartsWith("export "));
        foreach (var word in new[] { "class Drawing", "const show = ", "const openCamera = ", "const labelInput = " })
        {
            Assert.That(lines.Count(line => line.StartsWith(word, StringComparison.Ordinal)), Is.EqualTo(1), word);
        }

        var names = lines.Where(line => line.StartsWith("const ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1]).Where(name => char.IsLetter(name[0]));
        Assert.That(names, Is.Unique, "modules share one scope");
    }

    /// <summary>A page resizes as translate does, to the same samples.</summary>
    [TestCase(37, 23, 12, 7)]
    [TestCase(12, 7, 37, 23)]
    [TestCase(16, 9, 16, 5)]
    public void ThePageResizesToTheSameSamples(int width, int height, int newWidth, int newHeight)
    {
        if (TestFiles.Run("node", ["--version"]) is { } problem)
        {
            Assert.Ignore($"needs Node.js: {problem}");
        }

        var bytes = new byte[width * height * 3];
        new Random(1).NextBytes(bytes);
        File.WriteAllText(In("resizing.mjs"), ModelPage.Resource("resizing.js"));
        File.WriteAllText(
            In("run.mjs"),
            "import { resized } from './resizing.mjs';\n" +
            $"const samples = Uint8Array.of({string.Join(',', bytes)});\n" +
            $"console.log(resized(samples, {width}, {height}, 3, {newWidth}, {newHeight}).join(' '));\n");
        var expected = new Image(width, height, 3, bytes).Resize(newWidth, newHeight).Bytes;
        Assert.That(TestFiles.Output("node", [In("run.mjs")])?.Trim(), Is.EqualTo(string.Join(' ', expected)));
    }

    /// <summary>A page takes the numbers of a label map from its file: of a palette, and all sixteen bits.</summary>
    [Test]
    public void ThePageReadsTheNumbersOfAMap()
    {
        if (TestFiles.Run("node", ["--version"]) is { } problem)
        {
            Assert.Ignore($"needs Node.js: {problem}");
        }

        var words = Enumerable.Range(0, 37 * 23).Select(i => (ushort)(i * 71)).ToArray();
        PictureFile.Save(new Picture(new Image(37, 23, 1, words)), In("wide.png"));
        byte[] indices = [.. Enumerable.Range(0, 15).Select(i => (byte)(i * i))];
        PictureFile.Save(new Picture(new Image(5, 3, 1, indices)), In("palette.png"));
        var file = File.ReadAllBytes(In("palette.png"));
        file[25] = 3; // The kind of colour; the colours themselves are of no matter here.
        File.WriteAllBytes(In("palette.png"), file);
        File.WriteAllText(In("numbers.mjs"), ModelPage.Resource("numbers.js"));
        File.WriteAllText(
            In("run.mjs"),
            "import { readFileSync } from 'node:fs';\nimport { numbersOf } from './numbers.mjs';\n" +
            $"for (const file of ['{In("wide.png")}', '{In("palette.png")}'])\n" +
            "  console.log((await numbersOf(new Blob([readFileSync(file)]))).ids.join());\n");
        Assert.That(
            TestFiles.Output("node", [In("run.mjs")])?.Trim(),
            Is.EqualTo($"{string.Join(',', words)}\n{string.Join(',', indices)}"));
    }

    /// <summary>The page asks for the long side of the graph's own file; a page of a model without one has none.</summary>
    [TestCase("48", "\"long_side\":48,")]
    [TestCase(null, "\"long_side\":null,")]
    public async Task ThePageHasTheLongSideOfItsModel(string? longSide, string setting)
    {
        string[] option = longSide is null ? [] : ["--long-side", longSide];
        await Do(["export", "--model", "zoo:facades", "--to", "onnx", "--out", In("model.onnx"), .. option]);
        using var file = NetworkFile.Open(In("model.onnx"));
        var spec = file.Find().Generator!;
        Directory.CreateDirectory(In("page"));
        var page = new ModelPage("facades", spec, ShownInputs.Without(spec), Pairs: null);
        page.Write(In("page"), In("model.onnx"), new RuntimePackage([1], [2], [3]));
        Assert.That(await File.ReadAllTextAsync(In("page", "settings.js")), Does.Contain(setting));
    }

    [Test]
    public void OtherBytesThanThePinnedOnesAreRefused()
    {
        File.WriteAllText(In("package.tgz"), "something else");
        var problem = Assert.Throws<InteropException>(() => RuntimePackage.Read(In("package.tgz")));
        Assert.That(problem!.Message, Does.Contain(RuntimePackage.Integrity).And.Contain("is not the one"));
    }

    [Test]
    public void WithoutNpmASentenceSaysWhatToDo()
    {
        var problem = Assert.Throws<InteropException>(() => RuntimePackage.Fetch(In("no-npm-here")));
        Assert.That(problem!.Message, Does.Contain("install Node.js").And.Contain("--to onnx"));
    }

    /// <summary>A program in npm's place that says what it is told and leaves a package of other bytes, or none.</summary>
    [TestCase("echo 'npm error code E404' >&2; exit 1", "could not fetch onnxruntime-web", "npm error code E404")]
    [TestCase("exit 3", "could not fetch onnxruntime-web", "it ended with code 3")]
    [TestCase("exit 0", "could not fetch onnxruntime-web", "it ended with code 0")]
    [TestCase("echo other > onnxruntime-web-${2#*@}.tgz", "is not the one", "sha512-")]
    public void WhatNpmDoesWrongIsSaid(string does, params string[] words)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("needs a shell");
            return;
        }

        File.WriteAllText(In("npm"), $"#!/bin/sh\n{does}\n");
        File.SetUnixFileMode(In("npm"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var problem = Assert.Throws<InteropException>(() => RuntimePackage.Fetch(In("npm")));
        foreach (var word in words)
        {
            Assert.That(problem!.Message, Does.Contain(word));
        }
    }

    [TestCase(3, 3, null)]
    [TestCase(1, 3, null)]
    [TestCase(4, 3, "reads 4 channels")]
    [TestCase(3, 2, "makes 2 channels")]
    public void ChannelsThatNoPageHasAreAnObstacle(int inputs, int outputs, string? why)
    {
        var found = ModelPage.Obstacle(new GeneratorSpec
        {
            Network = "generator", Direction = Direction.AToB, InputChannels = inputs, OutputChannels = outputs, SideMultiple = 1,
            SmallestSide = 1, Description = "network",
        });
        Assert.That(found, why is null ? Is.Null : Does.StartWith(why));
    }

    /// <summary>Also of a page that is half written, as on a full disk; what others put beside it stays.</summary>
    [Test]
    public void WhatIsNotKeptIsRemoved()
    {
        using (new PageFolder(In("some", "page")))
        {
            File.WriteAllText(In("some", "page", "index.html"), "half");
            File.WriteAllText(In("some", "mine.txt"), "mine");
        }

        Assert.That(Directory.GetFileSystemEntries(In("some")), Is.EqualTo(new[] { In("some", "mine.txt") }));

        using (var page = new PageFolder(In("page")))
        {
            File.WriteAllText(In("page", "index.html"), "whole");
            page.Keep();
        }

        Assert.That(File.Exists(In("page", "index.html")));
    }
}
