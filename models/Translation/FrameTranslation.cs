using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Translation;

/// <summary>Translates the frames of a clip in order.</summary>
internal sealed class FrameTranslation
{
    private readonly Translator _translator;
    private readonly string _clip;
    private readonly double _temporal;
    private TemporalSmoothing? _smoothing;
    private (Picture Frame, Picture Translated)? _last;
    private int _done;

    /// <param name="translator">translator of single pictures</param>
    /// <param name="clip">name of the clip, for messages</param>
    /// <param name="temporal">strength of <see cref="TemporalSmoothing"/>; 0 for independent frames</param>
    /// <exception cref="OptionsException">the translator's settings don't fit clips</exception>
    public FrameTranslation(Translator translator, string clip, double temporal = 0)
    {
        if (translator.Samples is > 1)
        {
            throw new OptionsException(
                "--samples can't be combined with a clip, whose frames have one output each; --seed selects another");
        }

        if (translator.ReadsNumbers)
        {
            throw new OptionsException(
                $"{clip}: {translator.Options.Model} reads maps of numbers, and a clip's frames have colours; translate the maps as files");
        }

        (_translator, _clip, _temporal) = (translator, clip, temporal);
        _smoothing = Smoothing();
    }

    /// <summary>Frames after which smoothing has forgotten what came before, to less than a level of 256.</summary>
    internal int Memory => _temporal > 0 ? (int)Math.Ceiling(Math.Log(1.0 / 512) / Math.Log(_temporal)) : 0;

    /// <summary>The translation of the next frame, as 8-bit RGB.</summary>
    /// <exception cref="PictureException">the frame can't be translated</exception>
    public Picture Next(Picture frame)
    {
        var name = $"{_clip}, frame {++_done}";
        if (_last is not { } last || !AreSame(last.Frame, frame))
        {
            last = (frame, Translated(frame, name));
        }

        _last = last; // A frame that is repeated, as in clips of varying rate, is translated once.
        return _smoothing?.Next(frame, last.Translated) ?? last.Translated;
    }

    /// <summary>Leaves out a frame, which an earlier translation has done.</summary>
    internal void Skip()
    {
        _done++;
        _smoothing = Smoothing();
    }

    private Picture Translated(Picture frame, string name)
    {
        try
        {
            return new Picture(_translator.TranslateWhole(frame, name).ToChannels(3, name).Layers[0].ToEightBits());
        }
        catch (ShapeException e)
        {
            throw new PictureException($"{name}: its {frame.Width}x{frame.Height} pixels can't be translated: {e.Message}", e);
        }
    }

    private static bool AreSame(Picture a, Picture b) => a.Layers is [{ BitsPerChannel: 8 } x] && b.Layers is [{ BitsPerChannel: 8 } y]
        && (x.Width, x.Height, x.Channels) == (y.Width, y.Height, y.Channels) && x.Bytes.AsSpan().SequenceEqual(y.Bytes);

    private TemporalSmoothing? Smoothing() => _temporal > 0 ? new TemporalSmoothing(_temporal) : null;
}
