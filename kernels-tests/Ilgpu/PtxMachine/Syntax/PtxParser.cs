namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Syntax;

/// <summary>Reads a translation unit: directives, module variables, entries (ISA sections 5, 7 and 11).</summary>
internal sealed class PtxParser
{
    private readonly PtxTokens tokens;
    private readonly PtxScope globals = new(null);
    private readonly PtxModule module;
    private long globalBytes;

    private PtxParser(string text)
    {
        tokens = new PtxTokens(text);
        var isa = ReadVersion();
        tokens.Demand(".target");
        var target = tokens.Name();
        if (!target.StartsWith("sm_", StringComparison.Ordinal) || !int.TryParse(target.AsSpan(3), out var sm) || sm is < 30 or > 90)
            throw tokens.Wrong($"ISA 7.8 knows no target '{target}'");
        module = new PtxModule { Isa = isa, Sm = sm };
        if (isa < FirstIsa(sm))
            throw tokens.Wrong($"target sm_{sm} needs ISA {FirstIsa(sm) / 10}.{FirstIsa(sm) % 10}");
        tokens.Demand(".address_size");
        if (tokens.Integer() != 64)
            throw tokens.Wrong("this machine has 64-bit addresses");
    }

    public static PtxModule Parse(string text)
    {
        var parser = new PtxParser(text);
        while (!parser.tokens.IsAtEnd)
            parser.ReadDeclaration();
        return parser.module;
    }

    // The release notes at the end of the manual.
    private static int FirstIsa(int sm) => sm switch
    {
        >= 89 => 78,
        87 => 74,
        86 => 71,
        >= 80 => 70,
        >= 75 => 63,
        >= 72 => 61,
        >= 70 => 60,
        _ => 50,
    };

    private int ReadVersion()
    {
        tokens.Demand(".version");
        var major = tokens.Integer();
        var minor = tokens.Read().Text;
        if (minor is not ['.', >= '0' and <= '9'] || (10 * major) + minor[1] - '0' > 78)
            throw tokens.Wrong($"version {major}{minor} is not one that this machine knows (up to 7.8)");
        return (10 * major) + minor[1] - '0';
    }

    private void ReadDeclaration()
    {
        var isExternal = tokens.Take(".extern");
        if (!isExternal && !tokens.Take(".visible"))
            tokens.Take(".weak");
        if (tokens.Take(".entry"))
        {
            var entry = new PtxEntry(tokens.Name(), tokens.Line);
            if (module.Entries.Exists(other => other.Name == entry.Name))
                throw tokens.Wrong($"two entries are called '{entry.Name}'");
            new PtxBodyParser(tokens, entry, globals, module).Read();
            module.Entries.Add(entry);
        }
        else if (tokens.Take(".func"))
        {
            ReadExternalFunction(isExternal);
        }
        else
        {
            ReadVariable(isExternal);
        }
    }

    private void ReadExternalFunction(bool isExternal)
    {
        if (!isExternal)
            throw tokens.Wrong("this machine runs entries; of functions it only knows external ones");
        if (tokens.Take("("))
            SkipParameters();
        module.ExternalFunctions.Add(tokens.Name());
        tokens.Demand("(");
        SkipParameters();
        tokens.Demand(";");
    }

    private void SkipParameters()
    {
        do
        {
            tokens.Demand(".param");
            tokens.Type();
            tokens.Name();
        }
        while (tokens.Take(","));
        tokens.Demand(")");
    }

    private void ReadVariable(bool isExternal)
    {
        var space = tokens.Read().Text switch
        {
            ".global" => PtxSpace.Global,
            ".const" => PtxSpace.Const,
            ".shared" => PtxSpace.Shared,
            var other => throw tokens.Wrong($"'{other}' begins no declaration of a module"),
        };
        var (type, alignment) = PtxBodyParser.ReadAlignedType(tokens);
        var name = tokens.Name();
        var count = PtxBodyParser.ReadExtent(tokens);
        var bytes = (count ?? 1) * (long)type.Size();
        if (space == PtxSpace.Shared)
        {
            if (!isExternal || count != 0)
                throw tokens.Wrong("shared variables of module scope are external arrays without an extent");
            globals.Declare(tokens, new PtxVariable(name, space, type, alignment, 0, 0, IsDynamic: true));
        }
        else
        {
            globalBytes = (globalBytes + alignment - 1) / alignment * alignment;
            var variable = new PtxVariable(name, space, type, alignment, bytes, globalBytes);
            globals.Declare(tokens, variable);
            globalBytes += bytes;
            module.Globals.Add((variable, tokens.Take("=") ? ReadInitial(type, bytes) : new byte[bytes]));
        }

        tokens.Demand(";");
    }

    private byte[] ReadInitial(PtxType type, long bytes)
    {
        var result = new byte[bytes];
        tokens.Demand("{");
        for (var at = 0; !tokens.Take("}"); at += type.Size())
        {
            if (at > 0)
                tokens.Demand(",");
            if (at >= bytes)
                throw tokens.Wrong("more initial values than elements");
            var value = tokens.Number(tokens.Take("-")) switch
            {
                IntegerOperand integer => unchecked((ulong)(UInt128)integer.Value),
                var number => ((FloatOperand)number).Bits,
            };
            BitConverter.GetBytes(value).AsSpan(0, type.Size()).CopyTo(result.AsSpan(at));
        }

        return result;
    }
}
