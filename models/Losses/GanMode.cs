namespace IlgpuGan.Models.Losses;

/// <summary>How a discriminator's scores become a loss.</summary>
public enum GanMode
{
    Lsgan,
    Vanilla,
    Wgangp,
}
