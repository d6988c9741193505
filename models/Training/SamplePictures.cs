using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Training;

/// <summary>Writes the networks' outputs for a few fixed samples.</summary>
/// <param name="model">the networks</param>
/// <param name="source">the samples</param>
/// <param name="directory">the run's folder</param>
/// <param name="step">steps taken so far</param>
internal sealed class SamplePictures(GanModel model, SampleSource source, RunDirectory directory, long step)
{
    /// <summary>
    /// The latest step with all its pictures; of those of an earlier training only the step from which this one goes on. Else -1.
    /// </summary>
    public long LastStep { get; private set; } =
        directory.AllSamples().Count(s => s.Step == step) >= RowsOf(model, source) ? step : -1;

    /// <summary>Writes one PNG per sample. Returns the caption of a row, and the files.</summary>
    public (string Caption, IReadOnlyList<string> Files) Write(long step)
    {
        var (caption, files) = ("", new List<string>());
        foreach (var batch in source.InOrder().On(model.Device, count: RowsOf(model, source)))
        {
            var file = directory.Sample(step, files.Count + 1);
            (caption, var png) = model.Device.WorkQueue.Run(() =>
            {
                using var scope = model.Device.Step();
                var shown = model.Show(batch);
                return (string.Join(" | ", shown.Select(s => s.Label)),
                    PictureFile.EncodePng(Mosaic.Row([.. shown.Select(s => Viewable(s.Picture))]), file));
            });
            AtomicFile.Write(file, stream => stream.Write(png)); // Durable: the report needs them after a power failure.
            files.Add(file);
        }

        LastStep = step;
        return (caption, files);
    }

    private static int RowsOf(GanModel model, SampleSource source) => Math.Min(model.Family.Info.SamplesShown, source.Count);

    /// <summary>The first picture of a batch in RGB: gray is replicated; of more than three channels, the first three are shown.</summary>
    private static Picture Viewable(Tensor tensor)
    {
        var picture = PictureTensors.ToPicture(tensor);
        return new Picture(picture.Layers[0].ToChannels(3));
    }
}
