using System.Runtime.InteropServices;
using Drawn = IlgpuGan.Models.Data.DrawnData;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Data sets that the program draws: through the command line, with the truth beside them.</summary>
public sealed class DrawnDataTests : CommandFixture
{
    /// <summary>The n-th sample is the same whatever the counts, and another under another seed.</summary>
    [Test]
    public async Task SamplesDependOnSeedAndNumberOnly([ValueSource(nameof(Kinds))] string kind)
    {
        foreach (var (name, count, seed) in ((string, string, string)[])[("a", "12", "3"), ("b", "7", "3"), ("c", "12", "4")])
        {
            await Do("data", "synth", "--kind", kind, "--out", In(name), "--count", count, "--val", "12", "--size", "32", "--seed", seed);
        }

        var (a, b, c) = (Pictures("a"), Pictures("b"), Pictures("c"));
        Assert.That(a, Is.Not.Empty);
        var shared = a.Keys.Where(b.ContainsKey).Where(k => k.Contains("train", StringComparison.Ordinal)).ToList();
        (string File, int PointSize)? points = kind switch
        {
            "gaussians" => ("trainA.npy", 8),
            "ring" => ("train.npy", 8),
            "mixture" => ("train.npy", 4),
            _ => null,
        };
        if (points is not (var file, var size))
        {
            Assert.That(shared, Has.Count.GreaterThanOrEqualTo(7));
            Assert.That(shared.All(k => a[k].SequenceEqual(b[k])));
        }
        else
        {
            Assert.That(a[file][128..(128 + (7 * size))], Is.EqualTo(b[file][128..]));
        }

        Assert.That(a.Count(k => c.TryGetValue(k.Key, out var other) && other.SequenceEqual(k.Value)), Is.Zero, "of another seed");
        var checkedFolder = await Do("data", "check", In("a"));
        Assert.That(checkedFolder, Does.Contain("all usable"));

        Dictionary<string, byte[]> Pictures(string folder) => Directory.EnumerateFiles(In(folder), "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".png" or ".npy").ToDictionary(f => Path.GetRelativePath(In(folder), f), File.ReadAllBytes);
    }

    /// <summary>The five colours are as frequent as one another, and the picture has the one that the table says.</summary>
    [Test]
    public async Task EdgesDoNotTellTheColour()
    {
        await Do("data", "synth", "--kind", "edges-shapes", "--out", In("data"), "--count", "200", "--val", "2");
        var rows = File.ReadAllLines(In("data", "train.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        Assert.That(rows, Has.Count.EqualTo(200));
        var classes = rows.CountBy(r => r[1]).ToList();
        Assert.That(classes, Has.Count.EqualTo(5));
        Assert.That(classes.Min(c => c.Value), Is.GreaterThan(20));
        foreach (var row in rows.Take(20))
        {
            var picture = PictureFile.Load(In("data", "train", row[0]));
            var (edges, shape) = (picture.Crop(0, 0, 64, 64), picture.Crop(64, 0, 64, 64));
            Assert.That(edges.Layers[0].Bytes.Chunk(3).All(p => p[0] == p[1] && p[1] == p[2]), "an outline has no colour");
            var wanted = row[3..].Select(v => float.Parse(v, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            var near = shape.Layers[0].Bytes.Chunk(3).Count(p => p.Zip(wanted, (value, w) => Math.Abs(value - w)).Max() < 40);
            Assert.That(near, Is.GreaterThan(200), $"pixels in {row[1]} of {row[0]}");
        }
    }

    [Test]
    public async Task AttributesAreFoldersAndATable()
    {
        await Do("data", "synth", "--kind", "attributes", "--out", In("data"), "--count", "8", "--val", "4", "--size", "32");
        var table = AttributeTable.Read(In("data", "train"));
        Assert.That(table.Names, Is.EqualTo(new[] { "red_roof", "blue_roof", "cream_wall", "grey_wall" }));
        Assert.That(table.Rows, Has.Count.EqualTo(8));
        foreach (var (file, values) in table.Rows)
        {
            var domain = Path.GetFileName(Path.GetDirectoryName(file))!.Split('-');
            Assert.That(
                values,
                Is.EqualTo(new[] { domain[0] == "red" ? 1f : 0, domain[0] == "blue" ? 1 : 0, domain[1] == "cream" ? 1 : 0,
                    domain[1] == "grey" ? 1 : 0 }));
        }

        var report = await Do("data", "check", In("data"));
        Assert.That(report, Does.Contain("4 classes: 2 of blue-cream").And.Contain("red_roof of 4"));
        File.Delete(table.Rows[0].File);
        var (code, output, _) = await Run("data", "check", In("data"));
        Assert.That((code, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain($"names {table.Rows[0].File}, which is not there"));
    }

    /// <summary>Points around the centres that the table names, as their labels say.</summary>
    [Test]
    public async Task PointsLieAroundTheirCentres()
    {
        await Do("data", "synth", "--kind", "gaussians", "--out", In("data"), "--count", "60", "--val", "8");
        var centres = File.ReadAllLines(In("data", "modes.csv")).Skip(1).Select(l => l.Split(','))
            .ToLookup(r => r[0], r => (X: Number(r[2]), Y: Number(r[3])));
        foreach (var (domain, modes) in ((string, int)[])[("A", 5), ("B", 10)])
        {
            var points =
                MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(In("data", $"train{domain}.npy")).AsSpan()[^(60 * 8)..]).ToArray();
            var labels =
                MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(In("data", $"train{domain}.labels.npy")).AsSpan()[^(60 * 4)..]).ToArray();
            var own = centres[domain].ToList();
            Assert.That(own, Has.Count.EqualTo(modes));
            Assert.That(labels.Distinct().Count(), Is.GreaterThan(modes / 2));
            var away = labels.Select((label, i) => float.Hypot(points[2 * i] - own[label].X, points[(2 * i) + 1] - own[label].Y)).ToList();
            Assert.That(away.Max(), Is.LessThan(0.05f * 6));
            Assert.That(away.Average(), Is.GreaterThan(0.02f));
        }

        Assert.That(
            await Do("data", "check", In("data")),
            Does.Contain($"{In("data", "trainA.npy")}: 60 points of 2 numbers").And.Contain("valB.labels.npy: 8 labels").And.Contain(
                "8 files of points and labels, all usable"));

        static float Number(string text) => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Points in [0, 1] around the centres that the table names, as their labels say, each mode as often as the others.</summary>
    [TestCase("mixture", 5, 1)]
    [TestCase("ring", 8, 2)]
    public async Task AMixtureIsWhatItsTableSays(string kind, int modes, int numbers)
    {
        const int count = 800;
        await Do("data", "synth", "--kind", kind, "--out", In("data"), "--count", $"{count}", "--val", "8");
        var mixture = PointSet.MixtureOf(In("data"))!;
        Assert.That((mixture.Modes.Count, mixture.Numbers), Is.EqualTo((modes, numbers)));
        var (values, found) = NpyFile.LoadNumbers(In("data", "train.npy"));
        Assert.That((values.Length, found), Is.EqualTo((count * numbers, numbers)));
        Assert.That(values, Is.All.InRange(0f, 1f));
        var labels = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(In("data", "train.labels.npy")).AsSpan()[^(count * 4)..]).ToArray();
        Assert.That(labels.CountBy(l => l).Select(l => l.Value), Has.Exactly(modes).InRange(count / modes * 0.6, count / modes * 1.4));
        var own = mixture.ModesOf(values).Zip(labels).ToList();
        Assert.That(own.Count(p => p.First == p.Second), Is.GreaterThan(0.95 * count));
        Assert.That(
            own.Count(p => p.First is { } mode && mode != p.Second), Is.LessThan(0.04 * count),
            "neighbours' tails overlap a little on the line");
        Assert.That(mixture.ModesCoveredBy(values), Is.EqualTo(Enumerable.Range(0, modes)));
        Assert.That(await Do("data", "check", In("data")), Does.Contain($"{count} points of {numbers} number"));
    }

    [TestCase("", "must begin with the line")]
    [TestCase("mode,x,deviation\n", "names no modes")]
    [TestCase("mode,x,deviation\n0,1,-1\n", "line 2 is no mode")]
    [TestCase("mode,x,y,deviation\n0,1,1\n", "line 2 is no mode")]
    public void ABadTableOfModesIsNamed(string text, string why)
    {
        File.WriteAllText(In("modes.csv"), text);
        Fails.Starting<PictureException>(() => PointSet.MixtureOf(Folder), In("modes.csv"), why);
    }

    [Test]
    public void ModesThatCantBeReadAreNamed()
    {
        using var held = new FileStream(In("modes.csv"), FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.That(() => PointSet.MixtureOf(Folder), Throws.TypeOf<PictureException>().With.Message.StartsWith(In("modes.csv")));
    }

    [Test]
    public void PointsOutsideTheSquareAreNamed()
    {
        NpyFile.SaveArray(In("train.npy"), "<f4", [2, 2], MemoryMarshal.AsBytes<float>([0.5f, 1, 0, 1.5f]));
        Fails.With<PictureException>(() => PointSet.Open(In("train")), "train.npy: point 1 is not within 0 and 1");
    }

    [Test]
    public async Task APointThatIsNoNumberIsNamed()
    {
        NpyFile.SaveArray(In("points.npy"), "<f4", [2, 2], MemoryMarshal.AsBytes<float>([1, 2, 3, float.NaN]));
        NpyFile.SaveArray(In("short.npy"), "<f4", [2, 2], MemoryMarshal.AsBytes<float>([1, 2, 3]));
        var (code, output, _) = await Run("data", "check", Folder);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(
            output,
            Does.Contain($"{In("points.npy")}: point 1 has a NaN").And.Contain($"{In("short.npy")}: its header announces 16 bytes"));
    }

    [TestCase("", "must name the file column")]
    [TestCase("file,a\n", "names no pictures")]
    [TestCase("file,a,a\nx.png,1,0\n", "each once")]
    [TestCase("file,a\nx.png,1,0\n", "line 2 has 3 cells")]
    [TestCase("file,a\nx.png,2\n", "has '2' for a")]
    [TestCase("file,a\nx.png,1\nx.png,1\n", "names x.png again")]
    public void ABadTableIsNamed(string text, string why)
    {
        File.WriteAllText(In(AttributeTable.FileName), text);
        Fails.Starting<PictureException>(() => AttributeTable.Read(Folder), In(AttributeTable.FileName), why);
    }

    [Test]
    public async Task GlyphsAreAFolderAClass([Values("16", "32")] string side)
    {
        await Do("data", "synth", "--kind", "glyphs", "--out", In("data"), "--count", "30", "--val", "10", "--size", side);
        var classes = Directory.GetDirectories(In("data", "train"));
        Assert.That(classes, Has.Length.EqualTo(10));
        Assert.That(classes.Select(c => Directory.GetFiles(c).Length), Is.All.EqualTo(3));
        var picture = PictureFile.Load(Directory.GetFiles(classes[0])[0]);
        Assert.That((picture.Channels, $"{picture.Width}"), Is.EqualTo((1, side)));
        Assert.That(picture.Layers[0].Bytes.Max() > 200 && picture.Layers[0].Bytes.Min() == 0);
    }

    /// <summary>Each channel is a glyph by itself: of the class in the table, independent of the others.</summary>
    [Test]
    public async Task StackedGlyphsAreThree()
    {
        await Do("data", "synth", "--kind", "stacked-glyphs", "--out", In("data"), "--count", "300", "--val", "0", "--size", "16");
        var rows = File.ReadAllLines(In("data", "train.csv")).Skip(1).Select(line => line.Split(',')).ToList();
        Assert.That(rows, Has.Count.EqualTo(300));
        Assert.That(rows.Select(row => string.Join(',', row[1..])).Distinct().Count(), Is.GreaterThan(230), "of 1000 modes");
        for (var channel = 0; channel < 3; channel++)
        {
            var ink = rows.GroupBy(row => row[channel + 1]).ToDictionary(of => of.Key, of => of.Average(row => PictureFile.Load(
                In("data", "train", row[0])).Channel(channel).Layers[0].Bytes.Average(value => (double)value)));
            Assert.That((ink.Count, ink["bar"] < 0.7 * ink["square"]), Is.EqualTo((10, true)), "each glyph is of its class");
        }
    }

    [Test]
    public async Task DayAndNightShareNoTrainedScene()
    {
        await Do("data", "synth", "--kind", "day-night", "--out", In("data"), "--count", "5", "--val", "3", "--size", "32");
        Assert.That(Scenes("train", "0").Intersect(Scenes("train", "1")), Is.Empty);
        Assert.That(Scenes("val", "0"), Is.EqualTo(Scenes("val", "1")).And.Count.EqualTo(3));

        List<string> Scenes(string split, string night) =>
            [.. File.ReadAllLines(In("data", split + ".csv")).Select(l => l.Split(',')).Where(r => r[1] == night).Select(r => r[2])];
    }

    private static IEnumerable<string> Kinds => Drawn.Kinds.Select(k => k.Name);
}
