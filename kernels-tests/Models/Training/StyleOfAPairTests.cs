using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Training;

/// <summary><c>--style</c> with a file of the training's pairs: the style is that of its target, as the input is its input half.</summary>
public sealed class StyleOfAPairTests : OnCpu
{
    private readonly TinyRun _runs = new();

    [OneTimeTearDown]
    public void RemoveRuns() => _runs.Dispose();

    [TestCase(Direction.AToB, "right")]
    [TestCase(Direction.BToA, "left")]
    public void TheStyleIsThatOfTheTarget(Direction direction, string side)
    {
        var (name, one) = ($"run-{direction}", CatalogueCase.All["bicyclegan"]);
        var data = _runs.PathOf($"data-{direction}");
        one.WriteData(data);
        _runs.TrainOnFiles(name, ((PictureOptions)one.Options) with { Data = data, Steps = 1, Direction = direction, InitGain = 1 });
        var file = Directory.GetFiles(Path.Combine(data, "train")).Order(StringComparer.Ordinal).First();
        var (a, b) = AlignedFolder.Halves(PictureFile.Load(file), file);
        var (input, target) = direction == Direction.AToB ? (a, b) : (b, a);
        var remarks = new List<string>();
        byte[] Made(TranslationSettings settings)
        {
            using var heard = PictureRemarks.Listen((of, remark) => remarks.Add($"{of}: {remark}"));
            using var translator = Translator.Open(_runs.PathOf(name), _device, settings);
            return translator.Translate(input).Layers[0].Bytes;
        }

        var expected = Made(new TranslationSettings { StylePicture = target });
        Assert.That(remarks, Is.Empty);
        Assert.That(Made(new TranslationSettings { Style = file }), Is.EqualTo(expected));
        Assert.That(remarks, Has.One.EqualTo(
            $"{file}: is a pair side by side, as the model has learnt from: the style is that of its {side} half"));
        Assert.That(Made(new TranslationSettings { Style = file, Whole = true }), Is.Not.EqualTo(expected));
    }
}
