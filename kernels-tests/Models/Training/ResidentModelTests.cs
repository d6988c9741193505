using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>A model that stays in memory gives the answers of one that is opened for each picture.</summary>
public sealed class ResidentModelTests : SharedRuns
{
    private static IEnumerable<string> Families =>
        CatalogueCase.All.Where(c => c.Value.Family.Generators(c.Value.Options).Count > 0).Select(c => c.Key);

    /// <summary>Alone and in batches, with and without statistics of the picture, before and after other settings.</summary>
    [TestCaseSource(nameof(Families))]
    public void AnswersAreThoseOfATranslator(string family)
    {
        var run = Train(family);
        var model = ResidentModel.Open(run, _device);
        var plain = new TranslationSettings { Label = model.Generators[0].Conditions is { Labels: [var set, ..] } ? set.Names[0] : null };
        var pictures = Enumerable.Range(0, 4).Select(i => new Picture(new SyntheticFacades(1, 32, first: (uint)i).Draw(0).Labels)).ToList();
        foreach (var settings
            in new[] { plain, plain with { Eval = true }, plain with { Size = 64 }, plain })
        {
            var translator = Translator.Open(run, _device, settings);
            var expected = pictures.ConvertAll(p => Bytes(translator.Translate(p)));
            for (var times = 0; times < 2; times++)
            {
                Assert.That(model.Translate(settings, pictures, "picture", 0).Select(Bytes), Is.EqualTo(expected), $"{settings}");
            }

            Assert.That(Bytes(model.With(settings).Translate(pictures[2])), Is.EqualTo(expected[2]), $"{settings}");
        }
    }

    /// <summary>Once its memory is released, a model holds its weights alone, as before the first picture.</summary>
    [Test]
    public async Task MemoryOfTheLatestPassCanBeReleased()
    {
        using var device = Device.Open("cpu", threads: 2);
        var model = ResidentModel.Open(Train("pix2pix"), device);
        var (settings, picture) = (new TranslationSettings { Whole = true }, new Picture(new SyntheticFacades(1, 512).Draw(0).Labels));
        var made = Make();
        var weights = await Rest();
        Assert.That(Make(), Is.EqualTo(made));
        Assert.That(device.Pool.AllocatedBytes, Is.GreaterThan(2 * weights));
        Assert.That(await Rest(), Is.EqualTo(weights));
        Assert.That(Make(), Is.EqualTo(made), "and it goes on");

        byte[] Make() => Bytes(model.Translate(settings, [picture], "picture", 0).Single());

        async Task<long> Rest()
        {
            var rested = new TaskCompletionSource();
            device.WorkQueue.FreesMemoryAfter = TimeSpan.FromMilliseconds(10);
            device.WorkQueue.WhenQuiet = () =>
            {
                model.ReleaseMemory();
                rested.TrySetResult();
            };
            device.WorkQueue.Run(() => true);
            await rested.Task.WaitAsync(TimeSpan.FromSeconds(10));
            device.WorkQueue.FreesMemoryAfter = null;
            return device.WorkQueue.Run(() => device.Pool.AllocatedBytes);
        }
    }

    /// <summary>The file may go, or become another, once the model is there.</summary>
    [Test]
    public void TheFileIsNotNeededAnyMore()
    {
        var run = Train("pix2pix");
        var picture = new Picture(new SyntheticFacades(1, 32).Draw(0).Labels);
        var model = ResidentModel.Open(run, _device);
        var expected = Bytes(Translator.Open(run, _device).Translate(picture));
        File.Delete(new RunDirectory(run).Latest);
        Assert.That(Bytes(model.With(new TranslationSettings()).Translate(picture)), Is.EqualTo(expected));
    }

    [Test]
    public void WhatMixesPicturesIsNotBatched()
    {
        var model = ResidentModel.Open(Train("pix2pix"), _device);
        Assert.That(model.With(new TranslationSettings()).AllowsBatches, Is.False, "batch norm by the picture's own statistics");
        Assert.That(model.With(new TranslationSettings { Eval = true }).AllowsBatches);
        var other = ResidentModel.Open(Train("cyclegan"), _device);
        Assert.That(other.With(new TranslationSettings { DropoutSeed = 1 }).AllowsBatches, Is.False);
        Assert.That(other.With(new TranslationSettings()).AllowsBatches);
    }

    [Test]
    public void AModelThatOnlyDrawsIsRefused() =>
        Assert.That(
            () => ResidentModel.Open(Train("singan"), _device), Throws.InstanceOf<RunException>().With.Message.Contains("generate"));

    private static byte[] Bytes(Picture picture) => PictureFile.EncodePng(picture, "picture");

    private string Train(string family)
    {
        var folder = _runs.PathOf($"{family}-{Guid.NewGuid():N}");
        var one = CatalogueCase.All[family];
        one.WriteData(folder + "-data");
        _runs.TrainOnFiles(Path.GetFileName(folder), one.Options with { Data = folder + "-data", Steps = 2 });
        return folder;
    }
}
