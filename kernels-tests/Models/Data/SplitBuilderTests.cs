using IlgpuGan.ModelsTests.Faults;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>What goes to which part of a data set, and with what.</summary>
public sealed class SplitBuilderTests : InPictureFolder
{
    [TestCase("A/#.png", "B/#.png")]
    [TestCase("A/deep/#.png", "B/deep/#.jpg")]
    [TestCase("trainA/#.png", "trainB/#.png")]
    [TestCase("label/#.png", "img/#.jpg")]
    [TestCase("train_label/#.png", "train_inst/#.png")]
    [TestCase("label/ulm_#_labelIds.png", "img/ulm_#_leftImg8bit.png", "inst/ulm_#_instanceIds.png")]
    [TestCase("label/map #.png", "img/photo_#_of_ten.png")]
    [TestCase("#.png", "#.npy")]
    [TestCase("cat/#.png", "cat/#.npy")]
    public void WhatBelongsTogetherStaysTogether(params string[] forms)
    {
        foreach (var form in forms)
        {
            for (var i = 0; i < 10; i++)
            {
                Add(form.Replace("#", $"{i}"));
            }
        }

        var outcome = Split(val: 0.3, test: 0.2);
        Assert.That(outcome.Problems, Is.Empty);
        foreach (var (part, count) in new[] { ("train", 5), ("val", 3), ("test", 2) })
        {
            Assert.That(outcome.Counts[part], Is.EqualTo(count * forms.Length));
            var files = Files(part);
            Assert.That(
                Enumerable.Range(0, 10).Count(i => Array.TrueForAll(forms, form => files.Contains(form.Replace("#", $"{i}")))),
                Is.EqualTo(count));
        }
    }

    /// <summary>They are drawn one by one as ever, so that a seed still gives the parts that it gave.</summary>
    [TestCase("cat", "dog")]
    [TestCase("A", "B", "C")]
    public void ClassesAreNoPartners(params string[] classes)
    {
        foreach (var name in classes)
        {
            for (var i = 0; i < 6; i++)
            {
                Add($"{name}/{i}.png");
            }
        }

        string[] all = [.. Files("../in")];
        new RandomSequence(new RandomKey(1, 0x5B117, 0, 0)).Shuffle(all.AsSpan());
        Split(val: 0.5, test: 0);
        Assert.That(Files("val"), Is.EqualTo(all.Take(all.Length / 2).Order(StringComparer.Ordinal)));
    }

    [Test]
    public void ATableIsDividedWithItsPictures()
    {
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"{(i < 3 ? "cat" : "dog")}/{i}, large.png")];
        Array.ForEach(names, Add);
        File.WriteAllLines(
            _folder.PathOf("in/attributes.csv"),
            ["file,odd,\"dog, barking\"", "gone.png,1,0", .. names.Select((name, i) => $"\"{name}\",{i % 2},{i / 3}")]);
        var outcome = Split(val: 0.34, test: 0);
        var (table, gone) = (_folder.PathOf("in/attributes.csv"), _folder.PathOf("in/gone.png"));
        Assert.That(outcome.Problems, Is.EqualTo(new[] { $"{table}: names {gone}, which was not copied; its row is left out" }));
        foreach (var (part, count) in new[] { ("train", 4), ("val", 2) })
        {
            var folder = _folder.PathOf($"out/{part}");
            var divided = AttributeTable.Read(folder);
            Assert.That(divided.Names, Is.EqualTo(new[] { "odd", "dog, barking" }));
            Assert.That(divided.Rows, Has.Count.EqualTo(count));
            Assert.That(divided.Rows.Select(row => Path.GetFullPath(row.File)), Is.EqualTo(PictureFolder.List(folder)));
            foreach (var (file, values) in divided.Rows)
            {
                var number = Path.GetFileName(file)[0] - '0';
                Assert.That(values, Is.EqualTo(new float[] { number % 2, number / 3 }));
            }
        }
    }

    [Test]
    public void CelebasListIsDivided()
    {
        for (var i = 0; i < 4; i++)
        {
            Add($"images/{i}.png");
        }

        File.WriteAllText(
            _folder.PathOf("in/list_attr_celeba.txt"), "4\nred blue\n0.png 1 -1\n1.png -1 1\n2.png 1 1\n3.png 1 -1\nnone.png 1 1\n");
        Assert.That(Split(val: 0.25, test: 0).Problems, Is.Empty);
        foreach (var (part, count) in new[] { ("train", 3), ("val", 1) })
        {
            var (areClasses, names) = LabelledPictures.Labels(_folder.PathOf($"out/{part}"));
            Assert.That((areClasses, string.Join(' ', names)), Is.EqualTo((false, "red blue")));
            var rows = AttributeTable.Read(_folder.PathOf($"out/{part}")).Rows;
            Assert.That(rows, Has.Count.EqualTo(count));
            Assert.That(rows.Select(row => row.File), Has.All.Exist);
        }
    }

    /// <summary>One with a mistake, and another program's: the pictures are split without it.</summary>
    [TestCase("file,red\na.png,2\n", "line 2 has '2' for red")]
    [TestCase("name,name\nsomething,1\n", "its first line must name the file column")]
    public void ATableThatCanNotBeReadIsAProblem(string text, string why)
    {
        Add("a.png");
        File.WriteAllText(_folder.PathOf("in/attributes.csv"), text);
        var outcome = Split(val: 0, test: 0);
        Assert.That(outcome.Problems, Has.Count.EqualTo(1));
        Assert.That(
            outcome.Problems[0],
            Does.StartWith($"{_folder.PathOf("in/attributes.csv")}: {why}").And.EndWith("the parts go without a table"));
        Assert.That(Files("train"), Is.EqualTo(new[] { "a.png" }));
        Assert.That(_folder.PathOf("out/train/attributes.csv"), Does.Not.Exist);
    }

    /// <summary>On a disk that is full in the middle of the second file: what stands there is whole, also a picture of layers.</summary>
    [TestCase(1, 2, "a.png", "b.png", "c.png")]
    [TestCase(0, 1, "a.layers/1.png", "a.layers/2.png")]
    public void WhatCanNotBeCopiedIsNotThere(int whole, int missing, params string[] names)
    {
        Array.ForEach(names, Add);
        Disk.Current = new FaultyDisk(new Random(1), Fault.Full, moment: 4);
        try
        {
            var outcome = Split(val: 0, test: 0);
            Assert.That(outcome.Counts["train"], Is.EqualTo(whole));
            Assert.That(outcome.Problems, Has.Count.EqualTo(missing).And.All.StartsWith(_folder.PathOf("out/train/")));
            Assert.That(outcome.Problems, Has.All.Contains("No space left"));
            Assert.That(
                Directory.GetFiles(_folder.PathOf("out"), "*", SearchOption.AllDirectories).Select(File.ReadAllText),
                Is.EqualTo(Enumerable.Repeat("x", whole)));
        }
        finally
        {
            Disk.Current = new Disk();
        }
    }

    private BuildOutcome Split(double val, double test) =>
        SplitBuilder.Split(_folder.PathOf("in"), _folder.PathOf("out"), val, test, seed: 1);

    /// <summary>A file that is not opened.</summary>
    private void Add(string name)
    {
        var path = _folder.PathOf("in/" + name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "x");
    }

    /// <summary>The pictures of a part, relative to it and in order.</summary>
    private IReadOnlyList<string> Files(string part)
    {
        var folder = Path.GetFullPath(_folder.PathOf("out/" + part));
        return [.. PictureFolder.List(folder).Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))];
    }
}
