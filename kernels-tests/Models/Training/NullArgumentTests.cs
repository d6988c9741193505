using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Generation;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>A null is an error that names the parameter.</summary>
public sealed class NullArgumentTests() : InFolder(threads: 1)
{
    [Test]
    public void TheErrorNamesTheParameter()
    {
        using var translator = Translator.Open("zoo:facades", Device);
        var samples = TinyRun.Data(TinyRun.Pix2Pix).Train;
        Assert.Multiple(() =>
        {
            Refused("path", () => Translator.Open(null!, Device));
            Refused("picture", () => translator.Translate(null!));
            Refused("picture", () => translator.TranslateAll(null!));
            Refused("picture", () => translator.TranslateAsync((Picture)null!));
            Refused("Train", () => new RunData(null!, samples));
            Refused("HeldOut", () => new RunData(samples, null!));
            Refused("options", () => RunData.Open(null!));
            Refused("folder", () => TrainingRun.Create(null!, TinyRun.Pix2Pix));
            Refused("options", () => TrainingRun.Create(In("run"), null!));
            Refused("folder", () => TrainingRun.Resume(null!));
            Refused("path", () => PictureGenerator.Open(null!, Device));
            Refused("translator", () => Evaluator.Run(null!, null!));
            Refused("samples", () => Evaluator.Measure(translator, null!, []));
            Refused("path", () => PictureFile.Load(null!));
            Refused("picture", () => PictureFile.EncodePng(null!, "picture"));
        });

        static void Refused(string parameter, Func<object?> call) => Assert.That(
            () => call(), Throws.ArgumentNullException.With.Property(nameof(ArgumentNullException.ParamName)).EqualTo(parameter));
    }
}
