using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Translation;

/// <summary>Translates the frames of a clip in order.</summary>
public sealed class FrameTranslation
{
    private readonly Translator _translator;
    private readonly string _clip;
    private readonly TemporalSmoothing? _smoothing;
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

        (_translator, _clip, _smoothing) = (translator, clip, temporal > 0 ? new TemporalSmoothing(temporal) : null);
    }

    /// <summary>The translation of the next frame, as 8-bit RGB.</summary>
    /// <exception cref="DataException">the frame can't be translated</exception>
    public Picture Next(Picture frame)
    {
        var name = $"{_clip}, frame {++_done}";
        Picture translated;
        try
        {
            translated = _translator.Translate(frame, name).WithChannels(3, name);
        }
        catch (ShapeException e)
        {
            throw new DataException($"{name}: its {frame.Width}x{frame.Height} pixels can't be translated: {e.Message}", e);
        }

        translated = new Picture(translated.Layers[0].ToEightBits());
        return _smoothing?.Next(frame, translated) ?? translated;
    }
}
